//! `department-roles`: users have the roles of their department.

use portcullis_tests::{
    Application, Kind,
    application::{ENTERPRISE, complete_user},
    on_every_database,
};
use serde_json::{Value, json};

use crate::components;

on_every_database!(a_department_has_its_roles, a_role_that_cannot_be_given_keeps_the_department);

fn application(on: Kind, sales: &str) -> Application {
    let settings = format!(
        r#"otherwise = ["reader"]
rules = [
    {{ department = "Finance", roles = ["clerk", "auditor"] }},
    {{ department = "Audit", roles = ["auditor"] }},
    {{ department = "Sales", roles = ["{sales}"] }},
]"#
    );
    let manifest = include_str!("../../../plugins/department-roles/department_roles.toml");
    Application::with_users(on, 2)
        .with_shipped("department-roles", components::DEPARTMENT_ROLES, manifest, &settings)
        .with("[transforms]\nto-application = [\"department-roles\"]")
        .start()
}

fn roles(user: &Value) -> Vec<&str> {
    let roles = user["roles"].as_array().into_iter().flatten();
    let mut values: Vec<&str> = roles.filter_map(|role| role["value"].as_str()).collect();
    values.sort_unstable();
    values
}

fn moved(department: &str) -> Value {
    json!([{ "op": "replace", "path": format!("{ENTERPRISE}:department"), "value": department }])
}

fn a_department_has_its_roles(on: Kind) {
    let application = application(on, "manager");
    let mut new = complete_user("grace");
    new[ENTERPRISE]["department"] = json!("finance");
    let created = application.post("/Users", &new).expect(201);
    assert_eq!(roles(&created), ["auditor", "clerk"], "{created}");

    let path = application.user("grace");
    assert_eq!(roles(&application.patch(&path, moved("Audit")).expect(200)), ["auditor"]);
    assert_eq!(roles(&application.patch(&path, moved("Elsewhere")).expect(200)), ["reader"]);

    // `manager` is the rules' as well, so that a client cannot keep it.
    let wanted = json!([{ "op": "add", "path": "roles", "value": [{ "value": "manager" }] }]);
    assert_eq!(roles(&application.patch(&path, wanted).expect(200)), ["reader"]);
}

fn a_role_that_cannot_be_given_keeps_the_department(on: Kind) {
    let application = application(on, "no-such-role");
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    application
        .patch(&path, moved("Sales"))
        .expect_error(400, Some("invalidValue"), &["no-such-role"]);
    assert_eq!(application.get(&path).expect(200), before);
    application.expect_unharmed();
}
