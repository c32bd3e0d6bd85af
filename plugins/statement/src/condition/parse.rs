//! From text to a condition.

use portcullis_sdk::{Input, Problem};

use super::Condition;
use crate::{
    names::{self, Name},
    scope::Scope,
    suggestion,
};

/// Brackets and `not` that may stand around each other.
const DEEPEST: usize = 16;

const FORM: &str = "write for example `title pr`, `not (title pr)` or `title changed`, joined by `and` or `or`";

/// Reads a condition. `operation` decides whether anything can be said to have changed.
///
/// # Errors
/// The first mistake, with its place; the key is `when`.
pub(crate) fn parse(operation: &str, scope: &Scope, text: &str) -> Result<Condition, Problem> {
    let mut parser = Parser {
        operation,
        scope,
        text,
        at: 0,
        depth: 0,
    };
    let condition = parser.any()?;
    parser.space();
    if parser.at < text.len() {
        return Err(parser.problem("the condition ends before this", "join what follows by `and` or `or`"));
    }
    Ok(condition)
}

struct Parser<'p> {
    operation: &'p str,
    scope: &'p Scope,
    text: &'p str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Condition, Problem> {
        let first = self.all()?;
        let mut conditions = vec![first];
        while self.word("or") {
            conditions.push(self.all()?);
        }
        Ok(joined(conditions, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, Problem> {
        let first = self.one()?;
        let mut conditions = vec![first];
        while self.word("and") {
            conditions.push(self.one()?);
        }
        Ok(joined(conditions, Condition::All))
    }

    fn one(&mut self) -> Result<Condition, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.problem("the condition is nested too deeply", "write it with fewer brackets"));
        }
        let condition = if self.word("not") {
            if !self.sign('(') {
                return Err(self.problem("`not` needs brackets around what it turns round", FORM));
            }
            Condition::Not(Box::new(self.bracketed()?))
        } else if self.sign('(') {
            self.bracketed()?
        } else {
            self.attribute()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    /// What is in brackets; the first is read already.
    fn bracketed(&mut self) -> Result<Condition, Problem> {
        let condition = self.any()?;
        if self.sign(')') {
            Ok(condition)
        } else {
            Err(self.problem("a bracket is not closed here", "close it with )"))
        }
    }

    fn attribute(&mut self) -> Result<Condition, Problem> {
        self.space();
        let begin = self.at;
        let rest = self.text.get(begin..).unwrap_or_default();
        let input = match names::read(self.scope, rest) {
            Name::Declared(input, length) => {
                self.at += length;
                input
            }
            Name::Unknown(word) => {
                let known = self.scope.inputs.iter().flat_map(Input::names);
                let remedy = suggestion::remedy(&[word, names::hyphenated(rest)], known, "");
                return Err(self.problem(&format!("there is no value `{word}`"), &remedy));
            }
            Name::None => return Err(self.problem("an attribute's name is missing here", FORM)),
        };
        let name = input.name.clone();
        if name == "password" {
            let remedy = "leave the condition out; without a password the statement that binds it is given NULL";
            self.at = begin;
            return Err(self.problem("the password is bound by the host, and never known here", remedy));
        }
        if self.word("pr") {
            return Ok(Condition::Present(name));
        }
        if !self.word("changed") {
            return Err(self.problem("`pr` or `changed` is missing here", FORM));
        }
        if !(self.operation.starts_with("create-") || self.operation.starts_with("update-")) || name == "id" {
            self.at = begin;
            let message = format!("{} changes no attribute `{name}`", self.operation);
            return Err(self.problem(
                &message,
                "use `changed` for attributes in create and update operations, or `pr`",
            ));
        }
        Ok(Condition::Changed(name))
    }

    fn space(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn sign(&mut self, sign: char) -> bool {
        self.space();
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(sign));
        if found {
            self.at += sign.len_utf8();
        }
        found
    }

    /// A keyword; it has no case.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest
            .find(|character: char| !character.is_alphanumeric() && character != '_')
            .unwrap_or(rest.len());
        let found = rest.get(..end).is_some_and(|text| text.eq_ignore_ascii_case(word));
        if found {
            self.at += end;
        }
        found
    }

    fn problem(&self, message: &str, remedy: &str) -> Problem {
        Problem::new("when", message, remedy).at(self.at)
    }
}

fn joined(mut conditions: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (conditions.len(), conditions.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            conditions.extend(last);
            join(conditions)
        }
    }
}
