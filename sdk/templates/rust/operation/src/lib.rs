//! Gives a role only to a user who holds none that it must not be held together with.

use portcullis_sdk::{
    Call, Failure, Host, Operation, Outcome, Parameter, Plan, Problem, RowEffect, Settings, Statement, Value,
    serde_json::{self, Value as Json},
};

struct SeparateRoles;

impl Operation for SeparateRoles {
    fn prepare(_: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
        // The host has held them against the schema in the manifest.
        let text = |key: &str| settings.settings.get(key).and_then(Json::as_str).unwrap_or_default();
        let (table, user, role) = (text("assignments"), text("user-column"), text("role-column"));
        let placeholder = |number: u32| match text("database") {
            "postgresql" => format!("${number}"),
            "sqlserver" => format!("@P{number}"),
            "oracle" => format!(":{number}"),
            _ => "?".to_owned(),
        };
        let (first, second) = (placeholder(1), placeholder(2));
        let held = format!("SELECT {role} FROM {table} WHERE {user} = {first}");
        let give = format!("INSERT INTO {table} ({user}, {role}) VALUES ({first}, {second})");
        let both = ["id", "entitlement-id"].map(Parameter::new);
        Ok(Plan {
            statements: vec![
                Statement::read("held", held, [Parameter::new("id")]),
                Statement::write("main", give, both, RowEffect::Exactly(1)),
            ],
            // `run` gets no settings: what it needs of them is the plan's memo.
            memo: settings.settings.get("apart").map(Json::to_string).unwrap_or_default(),
        })
    }

    fn run(call: &Call, host: &mut impl Host) -> Result<Outcome, Failure> {
        let wanted = call.input("entitlement-id").and_then(text_of).unwrap_or_default();
        // The host binds `id` and `entitlement-id` by itself.
        let rows = host.query("held", &[])?.rows;
        let held: Vec<String> = rows.iter().filter_map(|row| text_of(row.first()?)).collect();
        let pairs: Vec<[String; 2]> = serde_json::from_str(&call.memo)
            .map_err(|error| Failure::new(500, format!("the setting `apart` is not pairs of roles: {error}")))?;
        for pair in pairs.iter().filter(|pair| pair.contains(&wanted)) {
            if let Some(other) = held.iter().find(|role| **role != wanted && pair.contains(role)) {
                let detail = format!("{wanted} must not be held together with {other}");
                return Err(Failure::new(400, detail).of_type("invalidValue"));
            }
        }
        host.execute("main", &[])?;
        Ok(Outcome::default())
    }
}

portcullis_sdk::export_operation!(SeparateRoles);

/// The id of a role; numbers are ids, too.
fn text_of(value: &Value) -> Option<String> {
    let text = value.as_text().map(str::to_owned);
    text.or_else(|| value.as_integer().map(|number| number.to_string()))
}

#[cfg(test)]
mod tests {
    use portcullis_sdk::{Column, FakeDatabase, NamedValue, ResultSet};

    use super::*;

    fn given(role: &str) -> Result<Outcome, Failure> {
        let settings = serde_json::json!({
            "settings": {
                "database": "sqlite", "assignments": "user_role", "user-column": "user_id", "role-column": "role_id",
                "apart": [["clerk", "auditor"]],
            },
        });
        let settings = Settings::from_json(&settings.to_string()).unwrap();
        let plan = SeparateRoles::prepare("add-entitlement", &settings).unwrap();
        let mut database = FakeDatabase::of_plan(&plan, &["id", "entitlement-id"])
            .answering(
                "held",
                ResultSet::new([Column::new("role_id", "TEXT")], [vec![Value::from("clerk")]]),
            )
            .affecting("main", 1);
        let call = Call {
            operation: "add-entitlement".into(),
            statement: "main".into(),
            request_id: "r-1".into(),
            inputs: vec![NamedValue::new("id", 7), NamedValue::new("entitlement-id", role)],
            changed: Vec::new(),
            memo: plan.memo.clone(),
        };
        SeparateRoles::run(&call, &mut database)
    }

    #[test]
    fn what_must_be_apart_is_refused() {
        assert_eq!(
            given("auditor").unwrap_err().detail,
            "auditor must not be held together with clerk"
        );
        assert!(given("reader").is_ok());
    }
}
