//! A call.
//!
//! What is to be changed is looked at first, since a database's error ends the request: whether the account is one that is
//! managed, whether a name is free, whether a role is one that can be given.

use portcullis_sdk::{Call, DatabaseError, Failure, Host, NamedValue, Outcome, ResultSet, Value};

use crate::{
    failures::{forbidden, invalid, of_change, taken, unreadable},
    prepare::{DEFAULT, GRANTABLE, HELD, MAIN, MANAGED, TAKEN, WITH_PASSWORD},
    settings::{Managed, Product},
};

/// Does an operation.
///
/// # Errors
/// In SCIM's terms, by the server's own code where it has one for that.
pub fn run(call: &Call, host: &mut impl Host) -> Result<Outcome, Failure> {
    let managed = Managed::of_memo(&call.memo).ok_or_else(unreadable)?;
    let values = values(&managed);
    if call.operation.starts_with("get-") {
        host.forward(&call.statement, &values)?;
        return Ok(Outcome::default());
    }
    if call.operation == "create-user" {
        return create(call, host, &managed, &values);
    }
    let id = text(call, "id")?;
    if host.query(MANAGED, &values)?.rows.is_empty() {
        return Err(forbidden(id));
    }
    let change = |host: &mut _, name: &str| changed(host, name, &values);
    match call.operation.as_str() {
        "add-entitlement" => {
            let role = text(call, "entitlement-id")?;
            if !has_role(&host.query(GRANTABLE, &values)?, role) {
                return Err(invalid(format!("`{role}` is not one of the roles that can be given")));
            }
            change(host, MAIN)?;
            if managed.database == Product::Mysql {
                change(host, DEFAULT)?;
            }
        }
        "remove-entitlement" => {
            let role = text(call, "entitlement-id")?;
            if has_role(&host.query(HELD, &values)?, role) {
                change(host, MAIN)?;
            }
        }
        _ => change(host, MAIN)?,
    }
    Ok(Outcome::default())
}

fn create(call: &Call, host: &mut impl Host, managed: &Managed, values: &[NamedValue]) -> Result<Outcome, Failure> {
    let name = text(call, "userName")?;
    if !name.starts_with(&managed.prefix) {
        let detail = format!(
            "userName must begin with `{}`, as all accounts that are managed here do",
            managed.prefix
        );
        return Err(invalid(detail));
    }
    let listed = managed.roles.iter().chain(&managed.except).any(|other| other == name);
    if listed || managed.database.reserves(name) {
        return Err(invalid(format!("userName `{name}` is a name that is not managed here")));
    }
    if !host.query(TAKEN, values)?.rows.is_empty() {
        return Err(taken(name));
    }
    // Its value is the host's to know.
    let has_password = call.changed.iter().any(|changed| changed == "password");
    let statement = match (has_password, managed.database) {
        (true, _) => WITH_PASSWORD,
        (false, Product::Postgresql) => MAIN,
        (false, Product::Mariadb | Product::Mysql) => {
            return Err(invalid(
                "password is required: without one the account would be open to everybody".to_owned(),
            ));
        }
    };
    changed(host, statement, values)?;
    Ok(Outcome::default())
}

fn changed(host: &mut impl Host, name: &str, values: &[NamedValue]) -> Result<(), Failure> {
    host.execute(name, values)
        .map(drop)
        .map_err(|error: DatabaseError| of_change(error))
}

/// What the statements want besides the call's inputs.
fn values(managed: &Managed) -> Vec<NamedValue> {
    let mut values = vec![
        NamedValue::new("prefix", managed.prefix.as_str()),
        NamedValue::new("host", managed.host.as_str()),
    ];
    let roles = managed.roles.iter().enumerate();
    values.extend(roles.map(|(index, role)| NamedValue::new(format!("role.{}", index + 1), role.as_str())));
    let unmanaged = managed.roles.iter().chain(&managed.except).enumerate();
    values.extend(unmanaged.map(|(index, name)| NamedValue::new(format!("unmanaged.{}", index + 1), name.as_str())));
    values
}

fn text<'c>(call: &'c Call, name: &str) -> Result<&'c str, Failure> {
    let value = call.input(name).and_then(Value::as_text);
    value.ok_or_else(|| invalid(format!("{name} is missing")))
}

/// Whether a role is the last value of one of the rows.
fn has_role(result: &ResultSet, role: &str) -> bool {
    let mut rows = result.rows.iter();
    rows.any(|row| row.last().and_then(Value::as_text) == Some(role))
}
