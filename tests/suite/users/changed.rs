//! Imports of what has changed: `filter=meta.lastModified gt "…"`.

use portcullis_tests::{Application, Kind, on_every_database, on_procedures};

on_every_database!(gives_those_changed_since, works_without_an_operation_of_its_own);

on_procedures!(gives_those_changed_since);

fn changed(application: &Application, since: &str) -> usize {
    application.find(&format!("meta.lastModified gt \"{since}\"")).len()
}

fn gives_those_changed_since(on: Kind) {
    let application = Application::start(on);
    application
        .database
        .run("UPDATE app_user SET changed_at = '2020-01-02 03:04:05'");
    application
        .database
        .run("UPDATE app_user SET changed_at = '2024-05-06 07:08:09' WHERE username = 'user004'");
    assert_eq!(changed(&application, "2019-01-01T00:00:00Z"), 7);
    assert_eq!(changed(&application, "2024-05-06T07:08:08Z"), 1);
    assert_eq!(changed(&application, "2024-05-06T09:08:08+02:00"), 1);
    assert_eq!(changed(&application, "2024-05-06T07:08:10Z"), 0);
    assert_eq!(
        application.find("meta.lastModified gt \"2024-01-01T00:00:00.000Z\"")[0]["userName"],
        "user004"
    );
}

fn works_without_an_operation_of_its_own(on: Kind) {
    let application = Application::with_users(on, 5).without("operations.get-changed-users").start();
    application
        .database
        .run("UPDATE app_user SET changed_at = '2020-01-02 03:04:05'");
    application
        .database
        .run("UPDATE app_user SET changed_at = '2024-05-06 07:08:09' WHERE username = 'user004'");
    assert_eq!(changed(&application, "2022-01-01T00:00:00Z"), 1);
    assert_eq!(changed(&application, "2024-05-06T07:08:08Z"), 1);
    assert_eq!(changed(&application, "2024-05-06T07:08:10Z"), 0);
}
