//! What only procedures have: typed arguments, constants, and functions beside them.
//!
//! Most of what matters of them is in the scenarios that run in both modes: `on_procedures!`.

use portcullis_tests::{
    Application, Builder, Kind,
    application::{USER, new_group},
    on_procedures,
};
use serde_json::{Value, json};

on_procedures!(
    arguments_have_the_types_of_their_attributes,
    what_is_not_of_the_type_never_gets_there,
    a_user_shows_its_groups,
    what_a_procedure_of_groups_refuses_is_told
);

const OWN: &str = "urn:example:hired:2.0:User";

/// Columns by name: the type in each database, and what the mapping says of it.
fn columns(on: Kind) -> [(&'static str, &'static str, &'static str); 5] {
    let (date, moment, guid) = match on {
        Kind::Postgresql => ("DATE", "TIMESTAMP(6) WITH TIME ZONE", "UUID"),
        Kind::Sqlserver => ("DATE", "DATETIMEOFFSET(6)", "UNIQUEIDENTIFIER"),
        Kind::Oracle => ("DATE", "TIMESTAMP(6)", "VARCHAR(36)"),
        _ => ("DATE", "DATETIME(6)", "CHAR(36)"),
    };
    [
        ("born_on", date, "type = \"date\""),
        ("hired_at", moment, "type = \"timestamp\""),
        ("rate", "DECIMAL(12,2)", "type = \"decimal\""),
        ("is_external", "CHAR(1)", "true = \"Y\", false = \"N\""),
        ("guid", guid, "type = \"uuid\""),
    ]
}

/// `hire` and `rehire` write them, and `hired` and `all_hired` read them.
fn procedures(on: Kind) -> Vec<String> {
    let at = if on == Kind::Sqlserver { "@" } else { "" };
    let goes_in = if on == Kind::Oracle { "IN " } else { "" };
    // In a declaration, a type of Oracle's has no size.
    let of_type = |of: &str| match on {
        Kind::Oracle => of
            .split('(')
            .next()
            .unwrap_or(of)
            .replace("VARCHAR", "VARCHAR2")
            .replace("DECIMAL", "NUMBER"),
        _ => of.to_owned(),
    };
    let mut declared = vec![("p_name", of_type("VARCHAR(200)")), ("p_source", of_type("VARCHAR(200)"))];
    let own = columns(on);
    let names = own.map(|(name, ..)| format!("p_{name}"));
    declared.extend(names.iter().map(String::as_str).zip(own.map(|(_, of, _)| of_type(of))));
    let parameters: Vec<String> = declared
        .iter()
        .map(|(name, of)| format!("{at}{name} {goes_in}{of}"))
        .collect();
    let parameters = parameters.join(", ");
    let columns: Vec<&str> = ["username", "department"]
        .into_iter()
        .chain(own.map(|(name, ..)| name))
        .collect();
    let values: Vec<String> = declared.iter().map(|(name, _)| format!("{at}{name}")).collect();
    let set: Vec<String> = columns
        .iter()
        .zip(&values)
        .map(|(column, value)| format!("{column} = {value}"))
        .collect();
    let insert = format!("INSERT INTO app_user({}) VALUES ({})", columns.join(", "), values.join(", "));
    let update = format!("UPDATE app_user SET {} WHERE user_id = {at}p_id", set.join(", "));
    match on {
        Kind::Postgresql => vec![
            format!("CREATE PROCEDURE hire({parameters}, OUT p_id bigint) LANGUAGE plpgsql AS $$ BEGIN {insert} RETURNING user_id INTO p_id; END $$"),
            format!("CREATE PROCEDURE rehire({parameters}, p_id bigint) LANGUAGE plpgsql AS $$ BEGIN {update}; END $$"),
            "CREATE FUNCTION hired(p_id bigint) RETURNS SETOF app_user LANGUAGE sql AS $$ SELECT * FROM app_user WHERE user_id = p_id $$".to_owned(),
            "CREATE PROCEDURE all_hired(INOUT p_rows refcursor) LANGUAGE plpgsql AS $$ BEGIN OPEN p_rows FOR SELECT * FROM app_user; END $$".to_owned(),
        ],
        Kind::Oracle => vec![
            format!("CREATE PROCEDURE hire({parameters}, p_id OUT NUMBER) AS BEGIN {insert} RETURNING user_id INTO p_id; END;"),
            format!("CREATE PROCEDURE rehire({parameters}, p_id IN NUMBER) AS BEGIN {update}; END;"),
            "CREATE PROCEDURE hired(p_id IN NUMBER, p_rows OUT SYS_REFCURSOR) AS BEGIN OPEN p_rows FOR SELECT * FROM app_user WHERE user_id = p_id; END;".to_owned(),
            "CREATE PROCEDURE all_hired(p_rows OUT SYS_REFCURSOR) AS BEGIN OPEN p_rows FOR SELECT * FROM app_user; END;".to_owned(),
        ],
        Kind::Sqlserver => vec![
            format!("CREATE PROCEDURE hire {parameters}, @p_id bigint OUTPUT AS BEGIN SET NOCOUNT ON; {insert}; SET @p_id = SCOPE_IDENTITY(); RETURN 0; END"),
            format!("CREATE PROCEDURE rehire {parameters}, @p_id bigint AS BEGIN {update}; END"),
            "CREATE PROCEDURE hired @p_id bigint AS SELECT * FROM app_user WHERE user_id = @p_id".to_owned(),
            "CREATE PROCEDURE all_hired AS SELECT * FROM app_user".to_owned(),
        ],
        _ => vec![
            format!("CREATE PROCEDURE hire({parameters}, OUT p_id BIGINT) BEGIN {insert}; SET p_id = LAST_INSERT_ID(); END"),
            format!("CREATE PROCEDURE rehire({parameters}, p_id BIGINT) {update}"),
            "CREATE PROCEDURE hired(p_id BIGINT) SELECT * FROM app_user WHERE user_id = p_id".to_owned(),
            "CREATE PROCEDURE all_hired() SELECT * FROM app_user".to_owned(),
        ],
    }
}

/// A constant that would be the end of a text, were it part of one.
const SOURCE: &str = "scim's '; DROP TABLE app_user; --";

fn application(on: Kind) -> Builder {
    let mut application = Application::with_users(on, 2);
    let mut given = format!("{{ name = \"p_name\", value = \"userName\" }}, {{ name = \"p_source\", constant = {SOURCE:?} }}");
    for (name, of, says) in columns(on) {
        application = application
            .with_table(&format!("ALTER TABLE app_user {} {name} {of} NULL", on.add_column()))
            .with(&format!(
                "[users.attributes]\n\"{OWN}:{name}\" = {{ column = \"{name}\", {says} }}"
            ));
        given += &format!(", {{ name = \"p_{name}\", value = \"{OWN}:{name}\" }}");
    }
    for procedure in procedures(on) {
        application = application.with_table(&procedure);
    }
    application
        .without("operations.get-changed-users")
        .with("[operations.get-users]\nprocedure = \"all_hired\"")
        .with("[operations.get-user]\nprocedure = \"hired\"")
        .with(&format!(
            "[operations.create-user]\nprocedure = \"hire\"\n\
             arguments = [{given}, {{ name = \"p_id\", direction = \"out\", value = \"id\", type = \"bigint\" }}]"
        ))
        .with(&format!(
            "[operations.update-user]\nprocedure = \"rehire\"\narguments = [{given}, {{ name = \"p_id\", value = \"id\" }}]"
        ))
}

fn user(name: &str, own: Value) -> Value {
    json!({ "schemas": [USER, OWN], "userName": name, OWN: own })
}

fn arguments_have_the_types_of_their_attributes(on: Kind) {
    let application = application(on).start();
    let own = json!({
        "born_on": "1906-12-09",
        "hired_at": "2026-03-01T08:30:00.123456Z",
        "rate": 17.25,
        "is_external": true,
        "guid": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
    });
    let created = application.post("/Users", &user("grace", own.clone())).expect(201);
    assert_eq!(created[OWN], own);
    let held = application
        .database
        .rows("SELECT is_external, department FROM app_user WHERE username = 'grace'");
    assert_eq!(held, [["Y", SOURCE].map(|text| Some(text.to_owned()))]);
    let path = format!("/Users/{}", created["id"].as_str().expect("an id"));

    let other = json!({ "born_on": "2024-02-29", "hired_at": "1969-12-31T23:59:59.5Z", "rate": -0.05, "is_external": false,
        "guid": "00000000-0000-0000-0000-000000000001" });
    let changed = application.put(&path, &user("grace", other.clone())).expect(200);
    for name in ["born_on", "rate", "is_external", "guid"] {
        assert_eq!(changed[OWN][name], other[name], "{name}");
    }
    let read = application.get(&path);
    assert_eq!(application.put(&path, &read.expect(200)).header("etag"), read.header("etag"));
    for (filter, found) in [
        ("born_on lt \"2024-03-01\"", 1),
        ("hired_at gt \"1970-01-01T00:00:00Z\"", 0),
        ("rate lt 0", 1),
        ("is_external eq false", 1),
        ("guid eq \"00000000-0000-0000-0000-000000000001\"", 1),
    ] {
        assert_eq!(application.find(&format!("{OWN}:{filter}")).len(), found, "{filter}");
    }

    // NULL has a type too.
    let none = application
        .put(&path, &json!({ "schemas": [USER], "userName": "grace" }))
        .expect(200);
    assert!(none.get(OWN).is_none(), "{none}");
    let count = "SELECT count(*) FROM app_user WHERE username = 'grace' AND born_on IS NULL AND hired_at IS NULL AND rate IS NULL \
                 AND is_external IS NULL AND guid IS NULL";
    assert_eq!(application.database.count(count), 1);
}

fn what_is_not_of_the_type_never_gets_there(on: Kind) {
    let application = application(on).start();
    for (name, wrong) in [
        ("born_on", json!("2023-02-29")),
        ("hired_at", json!("yesterday")),
        ("rate", json!("1,5")),
        ("is_external", json!("Y")),
        ("guid", json!("6f9619ff")),
    ] {
        application
            .post("/Users", &user("grace", json!({ name: wrong })))
            .expect_error(400, Some("invalidValue"), &[name]);
    }
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 2);
    application.expect_unharmed();
}

/// By a procedure for one user, on a page of several.
fn a_user_shows_its_groups(on: Kind) {
    let rows = match on {
        Kind::Oracle => ", { name = \"p_rows\", direction = \"cursor\" }",
        _ => "",
    };
    let function = matches!(on, Kind::Postgresql | Kind::Sqlserver);
    let application = Application::with_users(on, 3)
        .with(&format!(
            "[groups.get-user-groups]\nprocedure = \"groups_of\"\nfunction = {function}\n\
             arguments = [{{ name = \"p_id\", value = \"id\" }}{rows}]"
        ))
        .start();
    let page = application.get("/Users").expect(200);
    let names = |user: &Value| -> Vec<String> {
        let groups = user["groups"].as_array().into_iter().flatten();
        let mut names: Vec<String> = groups
            .map(|group| group["display"].as_str().expect("a name").to_owned())
            .collect();
        names.sort();
        names
    };
    let shown: Vec<Vec<String>> = page["Resources"].as_array().expect("users").iter().map(names).collect();
    assert_eq!(shown, [vec!["Payroll"], vec!["Night Shift", "Payroll"], vec![]]);
    let user = application.id_of("user002");
    assert_eq!(application.find_groups(&format!("members eq \"{user}\"")).len(), 2);
    let created = application
        .post("/Groups", &new_group("Auditors", &[application.id_of("user003")]))
        .expect(201);
    let third = application.get(&application.user("user003")).expect(200);
    assert_eq!(third["groups"][0]["value"], created["id"]);
}

/// An error of the procedure's own; nothing is kept of what it did before, nor of the rest of the request.
fn what_a_procedure_of_groups_refuses_is_told(on: Kind) {
    let refuses = match on {
        Kind::Postgresql => {
            "CREATE PROCEDURE picky(p_id bigint, p_member bigint) LANGUAGE plpgsql AS $$ BEGIN \
             INSERT INTO group_member(group_id, user_id) VALUES (p_id, p_member); \
             RAISE EXCEPTION 'nobody may be in here'; END $$"
        }
        Kind::Oracle => {
            "CREATE PROCEDURE picky(p_id IN NUMBER, p_member IN NUMBER) AS BEGIN \
             INSERT INTO group_member(group_id, user_id) VALUES (p_id, p_member); \
             RAISE_APPLICATION_ERROR(-20001, 'nobody may be in here'); END;"
        }
        Kind::Sqlserver => {
            "CREATE PROCEDURE picky @p_id bigint, @p_member bigint AS BEGIN SET NOCOUNT ON; \
             INSERT INTO group_member(group_id, user_id) VALUES (@p_id, @p_member); \
             THROW 50001, 'nobody may be in here', 1; END"
        }
        _ => {
            "CREATE PROCEDURE picky(p_id BIGINT, p_member BIGINT) BEGIN \
             INSERT INTO group_member(group_id, user_id) VALUES (p_id, p_member); \
             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'nobody may be in here'; END"
        }
    };
    let application = Application::with_users(on, 3)
        .with_table(refuses)
        .with("[groups.add-member]\nprocedure = \"picky\"")
        .start();
    let one = application.id_of("user001");
    application
        .post("/Groups", &new_group("Auditors", &[one]))
        .expect_error(500, None, &["add-member", "nobody may be in here"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_group"), 3);
    assert_eq!(application.database.count("SELECT count(*) FROM group_member"), 3);
    application.post("/Groups", &new_group("Auditors", &[])).expect(201);
    application.expect_unharmed();
}
