//! What a build has made, from the messages that cargo writes while it builds.

use std::path::PathBuf;

use serde_json::Value;

/// A component that has been built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// The name of the library or example, with underscores: `portcullis_postgresql`.
    pub name: String,
    /// The component's file.
    pub path: PathBuf,
}

impl Component {
    /// The name as a constant is called: `PORTCULLIS_POSTGRESQL`.
    pub fn constant(&self) -> String {
        self.name.to_ascii_uppercase()
    }
}

/// Every `.wasm` file in cargo's messages (`--message-format json`), sorted by name.
///
/// # Errors
/// They are no messages of cargo.
pub fn components(messages: &[u8]) -> Result<Vec<Component>, String> {
    let mut components = Vec::new();
    for line in messages.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Value = serde_json::from_slice(line).map_err(|error| format!("cannot read cargo's messages: {error}"))?;
        let name = message.pointer("/target/name").and_then(Value::as_str);
        let files = message.get("filenames").and_then(Value::as_array);
        if let (Some(name), Some(files)) = (name, files) {
            let wasm = files.iter().filter_map(Value::as_str).filter(|file| file.ends_with(".wasm"));
            components.extend(wasm.map(|file| Component {
                name: name.replace('-', "_"),
                path: PathBuf::from(file),
            }));
        }
    }
    components.sort();
    Ok(components)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_wasm_files_and_nothing_else() {
        let messages = br#"{"reason":"compiler-artifact","target":{"name":"serde"},"filenames":["/t/libserde.rlib"]}
{"reason":"compiler-artifact","target":{"name":"portcullis-sqlite"},"filenames":["/t/portcullis_sqlite.wasm"]}
{"reason":"compiler-artifact","target":{"name":"endless-loop"},"filenames":["/t/examples/endless_loop.wasm"]}
{"reason":"build-finished","success":true}
"#;
        let names: Vec<_> = components(messages)
            .unwrap()
            .into_iter()
            .map(|c| (c.constant(), c.path))
            .collect();
        assert_eq!(
            names,
            [
                ("ENDLESS_LOOP".to_owned(), PathBuf::from("/t/examples/endless_loop.wasm")),
                ("PORTCULLIS_SQLITE".to_owned(), PathBuf::from("/t/portcullis_sqlite.wasm")),
            ]
        );
    }

    #[test]
    fn refuses_what_is_not_a_message() {
        assert!(components(b"warning: something").is_err());
    }
}
