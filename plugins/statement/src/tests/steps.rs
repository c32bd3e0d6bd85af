//! Several statements in one operation: their plan, and what is wrong with them.

use insta::assert_snapshot;
use portcullis_sdk::{Access, Action, Input, NewId, RowEffect, Settings, Shape, Step};

use super::{planned, refined, settings, shown};
use crate::{
    Dialect::{self, Mysql, Postgresql, Sqlite},
    prepare, refine,
};

/// A step as the host names it: `statements[N]` of the operation.
fn step(index: usize, name: &str, text: &str) -> Step {
    Step {
        key: format!("statements[{index}].sql"),
        ..Step::sql(name, text)
    }
}

pub(super) fn several(steps: Vec<Step>) -> Settings {
    let title = Input {
        column: Some("title".into()),
        aliases: vec!["job".into()],
        ..Input::new("title")
    };
    let mut settings = settings("", &[]);
    settings.steps = steps;
    settings.inputs.push(title);
    settings
}

fn creating(steps: Vec<Step>) -> Settings {
    Settings {
        new_id: Some(NewId::Database),
        ..several(steps)
    }
}

#[test]
fn later_statements_name_earlier_results() {
    let looked_up = Step {
        returns: vec!["dept_id".into()],
        rows: RowEffect::Exactly(1),
        when: Some("job pr and not (title changed or password_hint pr)".into()),
        ..step(0, "dept", "SELECT dept_id FROM dept WHERE name = :title")
    };
    let made = Step {
        rows: RowEffect::Exactly(1),
        ..step(
            1,
            "user",
            "INSERT INTO u(n, d) VALUES (:userName, :dept.dept_id) RETURNING user_id",
        )
    };
    let audit = step(2, "audit", "INSERT INTO audit(u, d) VALUES (:id, :dept.dept_id)");
    let mut settings = creating(vec![looked_up, made, audit]);
    settings.inputs.push(Input::new("password_hint"));
    assert_snapshot!(planned(&[Postgresql, Mysql], "create-user", &settings));
}

#[test]
fn the_last_of_several_that_read_gives_the_rows() {
    let first = Step {
        returns: vec!["tenant".into()],
        ..step(0, "tenant", "SELECT tenant FROM setting")
    };
    let last = step(1, "users", "SELECT user_id FROM u WHERE tenant = :tenant.tenant");
    let settings = Settings {
        access: Access::Read,
        ..several(vec![first, last])
    };
    assert_snapshot!(planned(&[Postgresql], "get-users", &settings));
    let paged = Shape {
        paged: true,
        ..refined::all()
    };
    assert_eq!(
        refine(Postgresql, "get-users", &settings, "main", &paged).unwrap_err(),
        "the rows come from several statements"
    );
}

fn problems(dialect: Dialect, operation: &str, settings: &Settings) -> String {
    shown(&prepare(dialect, operation, settings).unwrap_err())
}

#[test]
fn names_that_mean_nothing() {
    let made = Step {
        returns: vec!["user_id".into(), "the id".into()],
        ..step(0, "made", "INSERT INTO u(n) VALUES (:id) RETURNING user_id")
    };
    let others = [
        step(1, "made", "SELECT :made.user_ids"),
        step(2, "main", "SELECT :mad.user_id"),
        step(3, "a name", "SELECT 1 WHERE u IN (:ids)"),
    ];
    let settings = creating(std::iter::once(made).chain(others).collect());
    assert_snapshot!(problems(Sqlite, "create-user", &settings));
}

#[test]
fn conditions_that_mean_nothing() {
    let mut text = String::new();
    for when in [
        "",
        "titel pr",
        "title",
        "title present",
        "title pr and",
        "title pr or or title pr",
        "(title pr",
        "not title pr",
        "title pr title pr",
        "password pr",
        "id changed",
        "1 pr",
        "title eq \"x\"",
    ] {
        let conditional = Step {
            when: Some(when.to_owned()),
            ..step(1, "second", "DELETE FROM a WHERE u = :id")
        };
        let settings = several(vec![step(0, "first", "DELETE FROM u WHERE id = :id"), conditional]);
        text.push_str(&format!("{when:?}\n{}", problems(Postgresql, "update-user", &settings)));
    }
    let deep = format!("{}title pr{}", "(".repeat(40), ")".repeat(40));
    let conditional = Step {
        when: Some(deep),
        ..step(0, "first", "DELETE FROM a WHERE u = :id")
    };
    text.push_str(&problems(Postgresql, "update-user", &several(vec![conditional])));
    let activated = Step {
        when: Some("title changed".into()),
        ..step(0, "first", "UPDATE u SET a = 1 WHERE id = :id")
    };
    text.push_str(&problems(Postgresql, "activate-user", &several(vec![activated])));
    let read = Step {
        when: Some("id pr".into()),
        ..step(0, "first", "SELECT 1")
    };
    let reading = Settings {
        access: Access::Read,
        ..several(vec![read])
    };
    text.push_str(&problems(Postgresql, "get-user", &reading));
    assert_snapshot!(text);
}

fn updating(table: &str) -> Settings {
    let update = Step {
        key: "update".into(),
        action: Action::Update { table: table.to_owned() },
        rows: RowEffect::Exactly(1),
        ..Step::sql("main", "")
    };
    let mut settings = several(vec![update]);
    for input in &mut settings.inputs {
        input.column = match input.name.as_str() {
            "userName" => Some("user\"name".into()),
            "title" => Some("title".into()),
            "active" => Some("status".into()),
            _ => None,
        };
    }
    settings
}

#[test]
fn an_update_sets_what_changes() {
    let mut text = String::new();
    let settings = updating("hr.app_user");
    for dialect in [Sqlite, Postgresql, Mysql, Dialect::Sqlserver] {
        text.push_str(&planned(&[dialect], "update-user", &settings));
        let shape = Shape {
            assign: vec!["title".into()],
            ..refined::all()
        };
        let less = refine(dialect, "update-user", &settings, "main", &shape).unwrap();
        assert_eq!((less.access, less.effect), (Access::Write, RowEffect::Exactly(1)));
        text.push_str(&format!("  {}\n", less.text));
    }
    assert_snapshot!(text);
}

#[test]
fn an_update_needs_a_table_and_somebody_to_update() {
    let mut text = problems(Mysql, "update-user", &updating("app_user; DROP TABLE x"));
    let mut nobody = updating("app_user");
    nobody.inputs.retain(|input| input.name != "id");
    text.push_str(&problems(Mysql, "create-user", &nobody));
    let mut nothing = updating("app_user");
    nothing.inputs.retain(|input| input.name == "id");
    text.push_str(&problems(Mysql, "update-user", &nothing));
    assert_snapshot!(text);
    let assigned = Shape {
        assign: vec!["title".into()],
        ..refined::all()
    };
    assert!(
        refine(
            Mysql,
            "update-user",
            &several(vec![step(0, "a", "SELECT 1")]),
            "main",
            &assigned
        )
        .is_err()
    );
}

#[test]
fn a_type_of_the_list_comes_before_that_of_the_mapping() {
    let mut settings = settings("UPDATE u SET h = ?, n = ? WHERE id = ?", &["email as date", "userName", "id"]);
    for input in &mut settings.inputs {
        input.type_name = Some(format!("type-of-{}", input.name));
    }
    let plan = prepare(Postgresql, "update-user", &settings).unwrap();
    let hints: Vec<_> = plan.statements[0]
        .parameters
        .iter()
        .map(|parameter| parameter.type_hint.as_deref().unwrap())
        .collect();
    assert_eq!(hints, ["date", "type-of-userName", "type-of-id"]);
}
