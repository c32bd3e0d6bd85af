//! A case: what goes into the plugin. The golden files beside it are what came out when somebody last looked.
//!
//! ```text
//! tests/
//!   portcullis.toml     the plugin's settings, [plugins.NAME.settings]     these three are for all cases;
//!   application.toml    an application that uses the plugin, on SQLite     a case with one of its own
//!   schema.sql          its tables, and the rows that they begin with      has that instead
//!   CASE/
//!     to-application.json     a document, or a list of them, through the application's chain in this direction
//!     from-application.json   likewise
//!     password.json           a list of passwords to be hashed
//!     requests.json           a list of requests: [{ "request": "POST /Users", "body": { … } }, …]
//!     INPUT.expected.json     what came of INPUT.json
//!     rows.expected.json      all tables after the requests
//! ```
//!
//! A case has one input or several. A directory without `.json` files is none, so that `tests/` may hold other things as well.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow, bail};
use axum::http::Method;
use serde::{Deserialize, de::DeserializeOwned};

use super::files::{self, Files};
use crate::{sandbox::Direction, scim::Document};

/// What is behind the name of an input in its golden file.
pub const EXPECTED: &str = ".expected.json";
/// The golden file of all tables.
pub const ROWS: &str = "rows";

/// How many documents, passwords or requests an input may have.
const MOST: usize = 1_000;

/// A directory with something that goes in.
#[derive(Debug)]
pub struct Case {
    pub name: String,
    pub directory: PathBuf,
    pub files: Files,
    pub inputs: Vec<Input>,
    /// The inputs as they are written.
    pub text: String,
}

/// Something that goes into the plugin.
#[derive(Debug)]
pub enum Input {
    Documents(Direction, Documents),
    Passwords(Vec<String>),
    Requests(Vec<Request>),
}

/// One document gives one; a list of them gives a list.
#[derive(Debug)]
pub enum Documents {
    One(Document),
    Several(Vec<Document>),
}

/// A request to the application.
#[derive(Debug)]
pub struct Request {
    pub method: Method,
    /// Relative to the application's base, beginning with a slash, perhaps with a query.
    pub path: String,
    pub body: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    request: String,
    body: Option<serde_json::Value>,
}

/// What goes through a chain of transforms.
const DOCUMENTS: &str = "a SCIM document, or a list of them";

/// The inputs that there are, by their names.
const INPUTS: [&str; 4] = ["to-application", "from-application", "password", "requests"];

impl Input {
    /// The file's name without `.json`.
    pub fn name(&self) -> &'static str {
        match self {
            Input::Documents(Direction::ToApplication, _) => "to-application",
            Input::Documents(Direction::FromApplication, _) => "from-application",
            Input::Passwords(_) => "password",
            Input::Requests(_) => "requests",
        }
    }

    fn read(name: &str, path: &Path, text: &str) -> anyhow::Result<Self> {
        let (input, size) = match name {
            "password" => {
                let passwords: Vec<String> = json(path, text, "a list of passwords")?;
                let size = passwords.len();
                (Input::Passwords(passwords), size)
            }
            "requests" => {
                let written: Vec<Written> = json(path, text, "a list of requests, [{ \"request\": \"GET /Users\" }, …]")?;
                let size = written.len();
                let requests: Result<Vec<Request>, _> = written.into_iter().map(Request::try_from).collect();
                let requests = requests.with_context(|| path.display().to_string())?;
                (Input::Requests(requests), size)
            }
            _ => {
                let direction = match name {
                    "to-application" => Direction::ToApplication,
                    _ => Direction::FromApplication,
                };
                let documents = Documents::of(json(path, text, DOCUMENTS)?);
                let documents = documents.with_context(|| format!("{} is not {DOCUMENTS}", path.display()))?;
                let size = match &documents {
                    Documents::One(_) => 1,
                    Documents::Several(several) => several.len(),
                };
                (Input::Documents(direction, documents), size)
            }
        };
        match size {
            0 => bail!("{} is an empty list: nothing goes in", path.display()),
            _ if size > MOST => bail!("{} has more than {MOST} entries: make two cases of it", path.display()),
            _ => Ok(input),
        }
    }
}

impl Documents {
    /// `None`: it is something else.
    fn of(value: serde_json::Value) -> Option<Self> {
        let document = |value| match value {
            serde_json::Value::Object(document) => Some(document),
            _ => None,
        };
        match value {
            serde_json::Value::Array(values) => values.into_iter().map(document).collect::<Option<_>>().map(Self::Several),
            value => document(value).map(Self::One),
        }
    }
}

fn json<T: DeserializeOwned>(path: &Path, text: &str, what: &str) -> anyhow::Result<T> {
    serde_json::from_str(text).map_err(|error| anyhow!("{} is not {what}: {error}", path.display()))
}

impl TryFrom<Written> for Request {
    type Error = anyhow::Error;

    fn try_from(written: Written) -> anyhow::Result<Self> {
        let wrong = || {
            format!(
                "`{}` is not a request: write a method and a path below the application's base, such as `GET /Users/1`",
                written.request
            )
        };
        let (method, path) = written.request.split_once(' ').with_context(wrong)?;
        let method: Method = method.parse().map_err(|_| anyhow!(wrong()))?;
        if !path.starts_with('/') {
            bail!(wrong());
        }
        Ok(Self {
            method,
            path: path.to_owned(),
            body: written.body,
        })
    }
}

impl Case {
    /// The directories of the tests that are cases, by their names, each read or with what is wrong with it.
    ///
    /// # Errors
    /// The directory cannot be read, or none of its directories is a case.
    pub fn all(tests: &Path) -> anyhow::Result<Vec<(String, anyhow::Result<Self>)>> {
        let cannot = || format!("cannot read {}", tests.display());
        let mut cases = Vec::new();
        for entry in fs::read_dir(tests).with_context(cannot)? {
            let path = entry.with_context(cannot)?.path();
            if path.is_dir()
                && let Some(name) = path.file_name()
            {
                let name = name.to_string_lossy().into_owned();
                if let Some(case) = Self::read(&name, &path, tests).transpose() {
                    cases.push((name, case));
                }
            }
        }
        cases.sort_by(|(one, _), (other, _)| one.cmp(other));
        if cases.is_empty() {
            bail!(
                "{} has no case: make a directory in it with one of {}",
                tests.display(),
                INPUTS.map(|name| format!("{name}.json")).join(", ")
            );
        }
        Ok(cases)
    }

    /// `None`: it is no case.
    fn read(name: &str, directory: &Path, tests: &Path) -> anyhow::Result<Option<Self>> {
        let names = names(directory)?;
        if names.is_empty() {
            return Ok(None);
        }
        let mut case = Self {
            name: name.to_owned(),
            directory: directory.to_owned(),
            files: Files::of(directory, tests),
            inputs: Vec::new(),
            text: String::new(),
        };
        for input in INPUTS.into_iter().filter(|input| names.contains(&format!("{input}.json"))) {
            let path = directory.join(format!("{input}.json"));
            let text = files::text(&path)?;
            case.inputs.push(Input::read(input, &path, &text)?);
            case.text.push_str(&text);
        }
        for name in &names {
            let known = match name.strip_suffix(EXPECTED) {
                Some(ROWS) => case.has("requests"),
                Some(input) => case.has(input),
                None => INPUTS.iter().any(|input| *name == format!("{input}.json")),
            };
            if !known {
                bail!(
                    "{} belongs to nothing: what goes in is called {}, and what is to come out INPUT{EXPECTED}, or rows{EXPECTED} beside \
                     requests.json",
                    directory.join(name).display(),
                    INPUTS.map(|name| format!("{name}.json")).join(", ")
                );
            }
        }
        Ok(Some(case))
    }

    fn has(&self, input: &str) -> bool {
        self.inputs.iter().any(|found| found.name() == input)
    }
}

/// The `.json` files of a directory.
fn names(directory: &Path) -> anyhow::Result<Vec<String>> {
    let cannot = || format!("cannot read {}", directory.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).with_context(cannot)? {
        let name = entry.with_context(cannot)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> String {
        let directory = tempfile::tempdir().unwrap();
        let case = directory.path().join("case");
        fs::create_dir(&case).unwrap();
        for (name, text) in files {
            fs::write(case.join(name), text).unwrap();
        }
        let told = match Case::all(directory.path()) {
            Err(error) => error.to_string(),
            Ok(cases) => match &cases.first().unwrap().1 {
                Err(error) => format!("{error:#}"),
                Ok(case) => format!("{:?}", case.inputs.iter().map(Input::name).collect::<Vec<_>>()),
            },
        };
        told.replace(&directory.path().display().to_string(), "tests")
    }

    #[test]
    fn what_a_directory_is() {
        let told = [
            read(&[]),
            read(&[("notes.md", "")]),
            read(&[
                ("to-application.json", "{}"),
                ("requests.json", r#"[{"request": "GET /Users"}]"#),
            ]),
            read(&[("to-application.json", "[]")]),
            read(&[("to-application.json", "7")]),
            read(&[("to-aplication.json", "{}")]),
            read(&[("to-application.json", "{}"), ("rows.expected.json", "{}")]),
            read(&[("password.json", r#"{"password": "x"}"#)]),
            read(&[("requests.json", r#"[{"request": "GET Users"}]"#)]),
            read(&[("requests.json", r#"[{"request": "GET /Users", "bdy": {}}]"#)]),
        ];
        insta::assert_snapshot!(told.join("\n"));
    }
}
