//! Every call has a fresh instance.

use std::thread;

use portcullis_tests::{Kind, on_every_database};

use crate::components;

use super::{read, reading};

on_every_database!(no_call_sees_another, a_component_that_spins_holds_up_nobody);

fn no_call_sees_another(on: Kind) {
    let application = reading(on, "rememberer", components::REMEMBERS, "");
    for _ in 0..5 {
        read(&application).expect_error(400, None, &["this is call number 1"]);
    }
}

/// Lists go on while twice as many requests as there are processors on a small machine are spinning.
fn a_component_that_spins_holds_up_nobody(on: Kind) {
    let application = reading(on, "spinner", components::ENDLESS_LOOP, "limits = { cpu = \"2s\" }");
    let path = application.user("user001");
    thread::scope(|scope| {
        let spinning: Vec<_> = (0..4).map(|_| scope.spawn(|| application.get(&path))).collect();
        let mut lists = 0;
        while !spinning.iter().all(|spinner| spinner.is_finished()) {
            application.get("/Users?count=1").expect(200);
            lists += 1;
        }
        assert!(lists > 1, "nobody could read while the component was spinning");
        for spinner in spinning {
            spinner
                .join()
                .expect("no panic")
                .expect_error(500, None, &["get-user", "`cpu = 2000ms`"]);
        }
    });
    application.expect_unharmed();
}
