//! `ETag`, `If-Match`, `If-None-Match`.

use portcullis_tests::{Application, Kind, client::Response, on_every_database};
use serde_json::json;

on_every_database!(
    a_version_changes_with_the_user,
    an_old_version_changes_nothing,
    a_column_can_be_the_version
);

fn tag(answer: &Response) -> String {
    answer.expect_ok();
    answer.header("etag").expect("a version").to_owned()
}

fn title(value: &str) -> serde_json::Value {
    json!([{ "op": "replace", "path": "title", "value": value }])
}

fn a_version_changes_with_the_user(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let first = application.get(&path);
    let known = tag(&first);
    assert_eq!(first.json()["meta"]["version"], known);
    assert_eq!(tag(&application.get(&path)), known);
    assert_eq!(tag(&application.put(&path, &first.json())), known, "what is there already");

    let same = application.with_header("if-none-match", &known).get(&path);
    assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
    let changed = tag(&application.patch(&path, title("Changed")));
    assert_ne!(changed, known);
    assert_eq!(tag(&application.with_header("if-none-match", &known).get(&path)), changed);

    // Behind the server's back.
    let id = application.id_of("user001");
    application
        .database
        .run(&format!("INSERT INTO user_role(user_id, role_id) VALUES ({id}, 'auditor')"));
    assert_ne!(tag(&application.get(&path)), changed);
}

fn an_old_version_changes_nothing(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let old = tag(&application.get(&path));
    let present = tag(&application.patch(&path, title("Changed")));
    let late = application.with_header("if-match", &old);
    let before = application.get(&path).expect(200);
    for answer in [late.patch(&path, title("Lost")), late.put(&path, &before), late.delete(&path)] {
        answer.expect_error(412, None, &["If-Match", &present]);
    }
    assert_eq!(application.get(&path).expect(200), before);
    application.expect_unharmed();

    let in_time = application.with_header("if-match", &present);
    in_time.patch(&path, title("Kept")).expect(200);
    in_time.delete(&path).expect_error(412, None, &[]);
    let any = application.with_header("if-match", "*");
    any.delete(&path).expect(204);
    any.delete(&path).expect_error(404, None, &[]);
}

fn a_column_can_be_the_version(on: Kind) {
    let application = Application::with_users(on, 2)
        .with("[users.attributes]\n\"meta.version\" = \"mobile\"")
        .start();
    let path = application.user("user001");
    let set = |column: &str, value: &str| {
        let sql = format!("UPDATE app_user SET {column} = '{value}' WHERE username = 'user001'");
        application.database.run(&sql);
    };
    set("mobile", "1");
    let first = tag(&application.get(&path));
    set("title", "Changed");
    assert_eq!(tag(&application.get(&path)), first);
    set("mobile", "2");
    assert_ne!(tag(&application.get(&path)), first);
}
