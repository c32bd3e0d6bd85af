//! Everything bad that a component can do, against one host: one thing after the other, and all at once while others are being served.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use portcullis_tests::{Application, Client, Kind, Response, application::TOKEN, on_every_database};
use serde_json::{Value, json};

use crate::components;

use super::{
    handles,
    mischief::{READS, WRITES, besiege},
    twists,
};

on_every_database!(one_after_the_other, all_at_once_while_others_are_served);

/// The application itself, untouched, beside four on the same tables: one that reads users with the bad component, one that changes
/// them with it, one that reads with a component that hoards what WASI gives it, and one with a bad transform.
struct Besieged {
    application: Application,
    reading: Client,
    writing: Client,
    hoarding: Client,
    twisting: Client,
    victim: String,
}

impl Besieged {
    fn start(on: Kind) -> Self {
        let builder = Application::with_users(on, 7)
            // On a busy machine an own connection of each application takes its time, bad components or not.
            .with("[database]\nacquire-timeout = \"30s\"");
        let application = besiege(builder, components::HOSTILE)
            .with_plugin("hoarder", components::HOARDING, handles::ENTRY)
            .with_other("hoarding", "[operations.get-user]\nplugin = \"hoarder\"")
            .without_in("hoarding", "operations.get-user.sql")
            .without_in("hoarding", "entitlements")
            .with_plugin("twister", components::TWISTING, twists::ENTRY)
            .with_other("twisting", "[transforms]\nto-application = [\"twister\"]")
            .start();
        let base = application.base().to_owned();
        let client = |name: &str| Client::new(base.replace("/payroll/", &format!("/{name}/")), TOKEN);
        Self {
            reading: client("reading"),
            writing: client("writing"),
            hoarding: client("hoarding"),
            twisting: client("twisting"),
            victim: application.user("user001"),
            application,
        }
    }

    fn read(&self, what: &str) -> Response {
        self.reading.get(&format!("/Users/{what}"))
    }

    fn write(&self, what: &str) -> Response {
        let operations = json!([{ "op": "replace", "path": "title", "value": what }]);
        self.writing.patch(&self.victim, operations)
    }

    /// Hoards one time after the other, and twists a user between.
    fn hoard_and_twist(&self) {
        for (what, status, _) in handles::ASKED {
            let hoarded = self.hoarding.get(&format!("/Users/{what}"));
            assert_eq!(hoarded.status, status, "{what}: {hoarded}");
            for (twist, status, _) in twists::EITHER_WAY.iter().step_by(2) {
                let title = json!([{ "op": "replace", "path": "title", "value": format!("to-{twist}") }]);
                let twisted = self.twisting.patch(&self.victim, title);
                // Where one transaction writes at a time, this one may have waited too long for its turn.
                assert!(twisted.status == *status || twisted.status == 503, "{twist}: {twisted}");
            }
        }
    }

    /// The log has no line that the component made up, and none that says that the host itself crashed.
    fn expect_an_honest_log(&self) {
        let log = self.application.program.log.text();
        for line in log.lines() {
            assert!(line.starts_with('{') && !line.contains('\u{1b}'), "{line}");
            assert!(
                !line.starts_with("{\"level\":\"ERROR\",\"fields\":{\"message\":\"the vault"),
                "{line}"
            );
            assert!(!line.contains("panicked at host"), "{line}");
        }
    }
}

fn expect(answer: &Response, (what, status, says): (&str, u16, &str)) {
    assert!(answer.status == status && answer.text.contains(says), "{what}: {answer}");
}

fn one_after_the_other(on: Kind) {
    let besieged = Besieged::start(on);
    for bad in READS {
        expect(&besieged.read(bad.0), bad);
    }
    for bad in WRITES {
        expect(&besieged.write(bad.0), bad);
        besieged.application.expect_unharmed();
    }
    besieged.expect_an_honest_log();
}

/// Four clients do bad things, as fast as they can, while three others go about their business: none of these is refused, and each
/// sees what it wrote itself. Which limit a bad thing meets first depends on how busy the machine is.
fn all_at_once_while_others_are_served(on: Kind) {
    let besieged = Besieged::start(on);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let (besieged, over) = (&besieged, &over);
        let hoarding = scope.spawn(move || besieged.hoard_and_twist());
        let bad: Vec<_> = (0..3)
            .map(|offset| {
                scope.spawn(move || {
                    for (what, status, _) in READS.iter().skip(offset).step_by(3) {
                        assert_eq!(besieged.read(what).status, *status, "{what}");
                    }
                    for (what, status, _) in WRITES.iter().skip(offset).step_by(3) {
                        assert_eq!(besieged.write(what).status, *status, "{what}");
                    }
                })
            })
            .collect();
        let good: Vec<_> = (0..3)
            .map(|number| scope.spawn(move || goes_about_its_business(&besieged.application, number, over)))
            .collect();
        let bad: Vec<_> = bad
            .into_iter()
            .chain([hoarding])
            .map(thread::ScopedJoinHandle::join)
            .collect();
        over.store(true, Ordering::Relaxed);
        for good in good {
            let rounds = good.join().expect("nobody is disturbed");
            assert!(rounds > 1, "it was held up");
        }
        assert!(
            bad.iter().all(Result::is_ok),
            "what is bad is answered as it is when it comes alone"
        );
    });
    besieged.expect_an_honest_log();
}

/// Creates a user, changes it, reads it, finds it and deletes it, again and again.
fn goes_about_its_business(application: &Application, number: usize, over: &AtomicBool) -> u32 {
    let mut rounds = 0;
    while !over.load(Ordering::Relaxed) || rounds < 2 {
        let name = format!("good{number}-{rounds}");
        let created = application
            .post("/Users", &portcullis_tests::application::complete_user(&name))
            .expect(201);
        assert_eq!(created["userName"], name.as_str());
        let path = format!("/Users/{}", created["id"].as_str().expect("an id"));
        let title = format!("title {rounds} of {number}");
        let patched = application
            .patch(&path, json!([{ "op": "replace", "path": "title", "value": title }]))
            .expect(200);
        assert_eq!(patched["title"], title.as_str());
        assert_eq!(application.get(&path).expect(200)["title"], title.as_str());
        let found = application.find(&format!("userName eq \"{name}\""));
        assert_eq!(
            found.iter().map(|user| &user["title"]).collect::<Vec<_>>(),
            [&Value::from(title)]
        );
        assert_eq!(application.delete(&path).status.as_u16(), 204);
        rounds += 1;
    }
    rounds
}
