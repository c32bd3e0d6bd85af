//! Golden files: what came out when somebody last looked, against what comes out now.

use std::{fs, io::Write as _, os::unix::fs::PermissionsExt as _, path::Path};

use anyhow::Context as _;
use serde_json::Value;
use similar::TextDiff;

use super::files;

/// What becomes of golden files that are missing or differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Golden {
    /// The case fails.
    Compare,
    /// They are written.
    Update,
}

/// How a golden file and what came out go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    Written,
    /// With what came out.
    Missing(String),
    /// With the lines that differ.
    Different(String),
}

impl Golden {
    /// Holds what came out against a golden file. The order of an object's members and white space are no difference.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn hold(self, file: &Path, now: &Value) -> anyhow::Result<Verdict> {
        let text = files::text_if_any(file)?;
        let before = text.as_deref().map(serde_json::from_str::<Value>);
        let printed = format!("{now:#}\n");
        if let Some(Ok(before)) = &before
            && before == now
        {
            return Ok(Verdict::Same);
        }
        if self == Golden::Update {
            write(file, &printed)?;
            return Ok(Verdict::Written);
        }
        Ok(match (before, text) {
            (None, _) | (_, None) => Verdict::Missing(printed),
            (Some(Ok(before)), _) => {
                let now = format!("{:#}\n", arranged(now, &before));
                Verdict::Different(difference(&format!("{before:#}\n"), &now))
            }
            (Some(Err(_)), Some(text)) => Verdict::Different(difference(&text, &printed)),
        })
    }
}

/// The lines that differ, with some around them.
pub fn difference(before: &str, now: &str) -> String {
    let difference = TextDiff::from_lines(before, now);
    difference
        .unified_diff()
        .context_radius(3)
        .header("expected", "what came out")
        .to_string()
}

/// The same with the members of objects in the order of another value, so that only what differs is shown to differ.
fn arranged(value: &Value, like: &Value) -> Value {
    match (value, like) {
        (Value::Object(members), Value::Object(like)) => {
            let known = like
                .iter()
                .filter_map(|(key, like)| Some((key.clone(), arranged(members.get(key)?, like))));
            let new = members.iter().filter(|(key, _)| !like.contains_key(*key));
            let new = new.map(|(key, value)| (key.clone(), value.clone()));
            Value::Object(known.chain(new).collect())
        }
        (Value::Array(elements), Value::Array(like)) => {
            let likes = like.iter().map(Some).chain(std::iter::repeat(None));
            let elements = elements.iter().zip(likes);
            elements
                .map(|(element, like)| like.map_or_else(|| element.clone(), |like| arranged(element, like)))
                .collect()
        }
        (value, _) => value.clone(),
    }
}

/// Nobody sees half of a file.
fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", file.display());
    // As any file of the user's own: what the umask leaves.
    let permissions = fs::Permissions::from_mode(0o666);
    let mut builder = tempfile::Builder::new();
    let new = builder.permissions(permissions);
    let mut new = new
        .tempfile_in(file.parent().unwrap_or(Path::new(".")))
        .with_context(cannot)?;
    new.write_all(text.as_bytes()).with_context(cannot)?;
    new.persist(file).with_context(cannot)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_shown_and_kept_on_demand() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("requests.expected.json");
        let now = json!({ "userName": "ada", "roles": ["clerk", "reader"] });
        let missing = Golden::Compare.hold(&file, &now).unwrap();
        assert!(
            matches!(&missing, Verdict::Missing(text) if text.contains("clerk")),
            "{missing:?}"
        );
        assert!(!file.exists());
        assert_eq!(Golden::Update.hold(&file, &now).unwrap(), Verdict::Written);
        assert_eq!(Golden::Compare.hold(&file, &now).unwrap(), Verdict::Same);
        fs::write(&file, r#"{"roles": ["clerk", "reader"], "userName": "ada"}"#).unwrap();
        assert_eq!(Golden::Update.hold(&file, &now).unwrap(), Verdict::Same);
        let Verdict::Different(shown) = Golden::Compare
            .hold(&file, &json!({ "userName": "eva", "roles": ["clerk"] }))
            .unwrap()
        else {
            panic!("they differ");
        };
        insta::assert_snapshot!(shown);
        fs::write(&file, "not JSON").unwrap();
        assert!(matches!(Golden::Compare.hold(&file, &now).unwrap(), Verdict::Different(_)));
    }
}
