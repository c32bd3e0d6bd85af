//! An application without groups.

use portcullis_tests::{Application, Kind, application::new_group, client::encode, on_every_database};
use serde_json::json;

on_every_database!(has_none_and_says_so);

fn has_none_and_says_so(on: Kind) {
    let application = Application::with_users(on, 1).without("groups").start();
    for query in [
        String::new(),
        format!("?filter={}&startIndex=1&count=100", encode("displayName eq \"Payroll\"")),
        format!(
            "?excludedAttributes=members&filter={}",
            encode("id eq \"1\" and members eq \"2\"")
        ),
    ] {
        let list = application.get(&format!("/Groups{query}")).expect(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
    }
    application.get("/Groups/1").expect_error(404, None, &["Group", "1"]);
    let configure = ["[groups]", "get-groups"];
    application
        .post("/Groups", &new_group("Payroll", &[]))
        .expect_error(501, None, &configure);
    application
        .put("/Groups/1", &new_group("Payroll", &[]))
        .expect_error(501, None, &configure);
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Wages" }]);
    application.patch("/Groups/1", rename).expect_error(501, None, &configure);
    application.delete("/Groups/1").expect_error(501, None, &configure);
    application.get("/ResourceTypes/Group").expect_error(404, None, &["Group"]);
    assert!(application.get("/Users").expect(200)["Resources"][0].get("groups").is_none());
}
