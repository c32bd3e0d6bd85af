//! Hand-kept cases, what people read, and laws.

mod cases;
mod laws;
mod oracle;
mod problems;
mod refined;
mod sqlserver;

use portcullis_sdk::{Access, Input, Plan, Problem, RowEffect, Settings};

use crate::{Dialect, prepare};

/// The inputs that an application with a few attributes declares.
pub(crate) fn settings(sql: &str, parameters: &[&str]) -> Settings {
    let email = Input {
        aliases: vec!["email".into()],
        ..Input::new("emails[type eq \"work\"].value")
    };
    let ids = Input {
        list: true,
        ..Input::new("ids")
    };
    let plain = ["id", "userName", "name.givenName", "entitlement-id", "password"].map(Input::new);
    Settings {
        sql: Some(sql.to_owned()),
        parameters: parameters.iter().map(|&name| name.to_owned()).collect(),
        inputs: plain.into_iter().chain([email, ids]).collect(),
        access: Access::Write,
        rows: RowEffect::Exactly(1),
        id_column: Some("user_id".into()),
        ..Settings::default()
    }
}

pub(crate) fn prepared(dialect: Dialect, sql: &str, parameters: &[&str]) -> Result<Plan, Vec<Problem>> {
    prepare(dialect, "update-user", &settings(sql, parameters))
}
