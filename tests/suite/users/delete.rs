//! `DELETE /Users/{id}`

use portcullis_tests::{Application, Kind, on_every_database, on_procedures};

on_every_database!(deletes_once, is_refused_when_it_is_not_enabled);

on_procedures!(deletes_once);

fn deletes_once(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user002");
    application.delete(&path).expect(204);
    application.get(&path).expect_error(404, None, &["User"]);
    application.delete(&path).expect_error(404, None, &["User"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 6);
    assert_eq!(application.get("/Users?count=0").expect(200)["totalResults"], 6);
}

fn is_refused_when_it_is_not_enabled(on: Kind) {
    let application = Application::with_users(on, 2)
        .with("[operations.delete-user]\nenabled = false")
        .start();
    application
        .delete(&application.user("user001"))
        .expect_error(501, None, &["delete-user"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 2);
}
