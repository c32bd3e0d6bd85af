//! The paths of what is inside of a document.

/// The path of a member. What is in an extension stands behind its URN and a colon.
pub fn member(of: &str, name: &str) -> String {
    match of {
        "" if name.starts_with("urn:") => format!("{name}:"),
        "" => name.to_owned(),
        extension if extension.ends_with(':') => format!("{extension}{name}"),
        path => format!("{path}.{name}"),
    }
}

/// As people write it.
pub fn written(path: &str) -> String {
    path.trim_end_matches(':').to_owned()
}
