//! What a stored procedure is given, and what it gives back.

use serde::Deserialize;
use serde_json::Value as Json;

use super::step::constant;
use crate::{ParameterDirection, Value};

/// The arguments of a procedure, in the order in which they are passed where they have no name.
pub type Arguments = Vec<Argument>;

/// An argument of a stored procedure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Argument {
    /// What the procedure calls it; `None`: it is passed by its place.
    pub name: Option<String>,
    /// Which value it has. An argument that only goes out has one if that is to be the new `id`.
    pub source: Option<Source>,
    pub direction: ParameterDirection,
    /// The SQL type, where the database must be told.
    pub type_name: Option<String>,
}

/// Where the value of an argument comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// An input of the call, or the result of an earlier step, by its name.
    Named(String),
    /// The configuration.
    Constant(Value),
}

impl Argument {
    /// An argument that is given what a name stands for, by its place.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            name: None,
            source: Some(Source::Named(value.into())),
            direction: ParameterDirection::In,
            type_name: None,
        }
    }

    /// The name of the input or result that it is given, or that its value becomes.
    pub fn value(&self) -> Option<&str> {
        match &self.source {
            Some(Source::Named(name)) => Some(name),
            _ => None,
        }
    }
}

/// As it is in the JSON.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Written {
    name: Option<String>,
    value: Option<String>,
    constant: Option<Json>,
    #[serde(default)]
    direction: Direction,
    #[serde(rename = "type")]
    type_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Direction {
    #[default]
    In,
    Out,
    InOut,
    Cursor,
}

impl TryFrom<Written> for Argument {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let source = match (written.value, written.constant) {
            (Some(name), None) => Some(Source::Named(name)),
            (None, Some(json)) => Some(Source::Constant(
                constant(&json).ok_or_else(|| format!("the constant {json} is no single value"))?,
            )),
            (None, None) => None,
            (Some(_), Some(_)) => return Err("an argument has both `value` and `constant`".to_owned()),
        };
        Ok(Self {
            name: written.name,
            source,
            direction: match written.direction {
                Direction::In => ParameterDirection::In,
                Direction::Out => ParameterDirection::Out,
                Direction::InOut => ParameterDirection::InOut,
                Direction::Cursor => ParameterDirection::Cursor,
            },
            type_name: written.type_name,
        })
    }
}
