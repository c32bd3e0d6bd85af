//! A component of an administrator's own: gives and takes roles, and writes each change into an audit table.
//!
//! Both statements run in the request's transaction, so there is no assignment without its line in the audit table, nor a
//! line without its assignment. An assignment that is already there or already gone is no change and leaves no line.

mod tables;

use portcullis_sdk::{
    Call, Failure, Host, NamedValue, Operation, Outcome, Parameter, Plan, Problem, RowEffect, Settings, Statement,
};
use tables::Tables;

struct RoleAudit;

impl Operation for RoleAudit {
    fn prepare(operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
        let action = match operation {
            "add-entitlement" => "add",
            "remove-entitlement" => "remove",
            other => {
                let message = format!("role-audit does not do {other}");
                let remedy = "use it for add-entitlement and remove-entitlement only";
                return Err(vec![Problem::new("plugin", message, remedy)]);
            }
        };
        let tables = Tables::read(&settings.settings)?;
        let (text, effect) = match action {
            "add" => (tables.add(), RowEffect::Exactly(1)),
            _ => (tables.remove(), RowEffect::AtMost(1)),
        };
        let both = ["id", "entitlement-id"].map(Parameter::new);
        let audit = ["id", "entitlement-id", "action", "request"].map(Parameter::new);
        Ok(Plan {
            statements: vec![
                Statement::write("main", text, both, effect),
                Statement::write("audit", tables.audit(), audit, RowEffect::Exactly(1)),
            ],
            memo: action.to_owned(),
        })
    }

    fn run(call: &Call, host: &mut impl Host) -> Result<Outcome, Failure> {
        // The host binds `id` and `entitlement-id` by itself.
        let changed = host.execute("main", &[])?.affected;
        if changed > 0 {
            let line = [
                NamedValue::new("action", call.memo.as_str()),
                NamedValue::new("request", call.request_id.as_str()),
            ];
            host.execute("audit", &line)?;
        }
        Ok(Outcome::default())
    }
}

portcullis_sdk::export_operation!(RoleAudit);

#[cfg(test)]
mod tests {
    use portcullis_sdk::{DatabaseError, Document, ErrorKind, FakeDatabase, Recorded, serde_json::json};

    use super::*;

    fn settings() -> Settings {
        let json = json!({
            "database": "postgresql", "assignments": "hr.user_role", "user-column": "user_id", "role-column": "role_id",
            "audit": "role_audit",
        });
        Settings {
            settings: json.as_object().cloned().unwrap_or_else(Document::new),
            ..Settings::default()
        }
    }

    fn call(operation: &str, plan: &Plan) -> Call {
        Call {
            operation: operation.into(),
            statement: "main".into(),
            request_id: "r-1".into(),
            inputs: vec![NamedValue::new("id", 7), NamedValue::new("entitlement-id", "r1")],
            changed: Vec::new(),
            memo: plan.memo.clone(),
        }
    }

    fn audited(action: &str) -> [Recorded; 2] {
        let line = vec![NamedValue::new("action", action), NamedValue::new("request", "r-1")];
        [
            Recorded::Execute("main".into(), vec![]),
            Recorded::Execute("audit".into(), line),
        ]
    }

    #[test]
    fn an_assignment_and_its_line() {
        for (operation, action) in [("add-entitlement", "add"), ("remove-entitlement", "remove")] {
            let plan = RoleAudit::prepare(operation, &settings()).unwrap();
            let mut database = FakeDatabase::of_plan(&plan, &["id", "entitlement-id"])
                .affecting("main", 1)
                .affecting("audit", 1);
            RoleAudit::run(&call(operation, &plan), &mut database).unwrap();
            assert_eq!(database.recorded(), audited(action));
        }
    }

    #[test]
    fn what_was_gone_already_leaves_no_line() {
        let plan = RoleAudit::prepare("remove-entitlement", &settings()).unwrap();
        let mut database = FakeDatabase::of_plan(&plan, &["id", "entitlement-id"]).affecting("main", 0);
        RoleAudit::run(&call("remove-entitlement", &plan), &mut database).unwrap();
        assert_eq!(database.recorded(), [Recorded::Execute("main".into(), vec![])]);
    }

    #[test]
    fn without_a_line_there_is_no_assignment() {
        let plan = RoleAudit::prepare("add-entitlement", &settings()).unwrap();
        let mut database = FakeDatabase::of_plan(&plan, &["id", "entitlement-id"])
            .affecting("main", 1)
            .failing(
                "audit",
                DatabaseError::new(ErrorKind::Permission, "permission denied for table role_audit"),
            );
        let failure = RoleAudit::run(&call("add-entitlement", &plan), &mut database).unwrap_err();
        assert_eq!(failure.status, 500);
        assert!(failure.detail.contains("role_audit"), "{}", failure.detail);
    }

    #[test]
    fn other_operations_are_refused() {
        let problems = RoleAudit::prepare("get-users", &settings()).unwrap_err();
        assert_eq!(problems[0].key, "plugin");
        assert!(problems[0].remedy.contains("add-entitlement"));
    }
}
