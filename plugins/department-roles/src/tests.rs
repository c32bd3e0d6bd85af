use portcullis_sdk::{
    FakeDatabase,
    serde_json::{Value, json},
};

use super::*;

fn settings() -> Value {
    json!({
        "rules": [
            { "department": "Finance", "roles": ["clerk", "auditor"] },
            { "department": "Audit", "roles": ["auditor"] },
            { "department": "finance ", "roles": ["payer"] },
        ],
        "otherwise": ["reader"],
    })
}

fn transformed(direction: Direction, user: &Value, settings: &Value) -> Result<Value, Failure> {
    let (user, settings) = (user.as_object().unwrap().clone(), settings.as_object().unwrap().clone());
    DepartmentRoles::transform(direction, user, &settings, &mut FakeDatabase::new()).map(Value::Object)
}

fn roles(department: &str, held: &Value) -> Vec<String> {
    let extension = "urn:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:User";
    let user = json!({ "userName": "ada", extension: { "Department": department }, "Roles": held });
    let user = transformed(Direction::ToApplication, &user, &settings()).unwrap();
    let roles = user["Roles"].as_array().into_iter().flatten();
    roles.map(|role| role["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_department_has_its_roles() {
    assert_eq!(roles("Finance", &json!([])), ["auditor", "clerk", "payer"]);
    assert_eq!(roles(" AUDIT ", &json!([])), ["auditor"]);
    assert_eq!(roles("Sales", &json!([])), ["reader"]);
    assert_eq!(roles("", &json!([])), ["reader"]);
}

#[test]
fn another_department_takes_them_away_and_leaves_what_no_rule_names() {
    let held = json!([{ "value": "clerk" }, { "VALUE": "driver" }, { "value": "auditor", "type": "Role" }]);
    let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let user = json!({ extension: { "department": "Audit" }, "roles": held });
    let user = transformed(Direction::ToApplication, &user, &settings()).unwrap();
    assert_eq!(
        user["roles"],
        json!([{ "VALUE": "driver" }, { "value": "auditor", "type": "Role" }])
    );
    let again = transformed(Direction::ToApplication, &user, &settings()).unwrap();
    assert_eq!(again, user, "what is right stays as it is");
}

#[test]
fn somebody_without_roles_or_department() {
    let user = transformed(Direction::ToApplication, &json!({ "userName": "ada" }), &settings()).unwrap();
    assert_eq!(user, json!({ "userName": "ada", "roles": [{ "value": "reader" }] }));
    let none = json!({ "rules": [] });
    let user = transformed(Direction::ToApplication, &json!({ "userName": "ada" }), &none).unwrap();
    assert_eq!(user, json!({ "userName": "ada" }));
}

#[test]
fn what_comes_from_the_application_is_left_alone() {
    let user = json!({ "userName": "ada" });
    assert_eq!(transformed(Direction::FromApplication, &user, &settings()).unwrap(), user);
}

#[test]
fn mistakes_in_the_settings() {
    for settings in [
        json!({}),
        json!({ "rules": [{ "department": "A", "role": "x" }] }),
        json!({ "rules": [], "else": [] }),
    ] {
        let failure = transformed(Direction::ToApplication, &json!({}), &settings).unwrap_err();
        assert_eq!(failure.status, 500);
    }
}
