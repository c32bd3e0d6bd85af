//! The laws of an application's operations, as a client sees them: users are created, read, changed and deleted by requests.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Exceptions, Law, Tried, paths, search, users};
use crate::{
    harness::{
        case::Request,
        client::Answer,
        files::Files,
        golden::difference,
        installation::{Installation, Subject},
        rows,
        stable::Stable,
    },
    scim::{Capabilities, Document, EntitlementType, Provider as _},
};

/// How many users are made up.
const COUNT: u32 = 12;
const WITH: &str = "requests";

/// Tries the laws in a host of these files, and in another one once more.
///
/// # Errors
/// They cannot be tried.
pub(super) async fn hold(subject: &Subject, files: &Files, exceptions: &Exceptions) -> anyhow::Result<Vec<Tried>> {
    let first = Story::told(subject, files, exceptions).await?;
    let second = Story::told(subject, files, exceptions).await?;
    let differs = (first.trace != second.trace).then(|| {
        let printed = |trace: &[Value]| trace.iter().map(|line| format!("{line:#}\n")).collect::<String>();
        let lines = difference(&printed(&first.trace), &printed(&second.trace));
        format!("the same requests were answered otherwise, or ran other statements, the second time\n{lines}")
    });
    let mut laws = vec![Tried {
        law: Law::NoDifference,
        with: WITH,
        tried: COUNT,
        broken: differs,
    }];
    laws.extend(first.laws.into_iter().map(|(law, told)| Tried {
        law,
        with: WITH,
        tried: told.tried,
        broken: told.broken,
    }));
    Ok(laws)
}

/// What came of a law so far.
#[derive(Default)]
struct Told {
    tried: u32,
    broken: Option<String>,
}

/// All that happens to the users that are made up, one after the other.
struct Story<'a> {
    installation: &'a Installation,
    exceptions: &'a Exceptions,
    stable: Stable,
    requests: usize,
    trace: Vec<Value>,
    laws: BTreeMap<Law, Told>,
}

/// What a story left.
struct Ending {
    trace: Vec<Value>,
    laws: BTreeMap<Law, Told>,
}

type Tables = Map<String, Value>;

impl Story<'_> {
    async fn told(subject: &Subject, files: &Files, exceptions: &Exceptions) -> anyhow::Result<Ending> {
        let installation = Installation::new(subject, files).await?;
        installation.application.learn().await;
        let surface = installation.application.surface();
        let mut story = Story {
            installation: &installation,
            exceptions,
            stable: Stable::new(files.texts()?),
            requests: 0,
            trace: Vec::new(),
            laws: BTreeMap::new(),
        };
        let people = users::of(&surface.attributes, &exceptions.values);
        for user in search::values(&people, COUNT)? {
            story.user(user, &surface.capabilities, &surface.entitlement_types).await?;
        }
        let ending = Ending {
            trace: story.trace,
            laws: story.laws,
        };
        installation.close().await;
        Ok(ending)
    }

    async fn user(&mut self, user: Document, can: &Capabilities, types: &[EntitlementType]) -> anyhow::Result<()> {
        let before = self.tables().await?;
        let Some(path) = self.created(&user, can, &before).await? else {
            return Ok(());
        };
        let shown = self.send(Method::GET, &path, None).await?;
        if shown.status != 200 {
            self.tell(Law::CreateGet, Some(failed("reading it", &shown, &user)));
            return Ok(());
        }
        if can.update_user {
            let broken = self.put(&path, &shown.body).await?;
            self.tell(Law::PutWhatIs, broken);
        }
        for assignable in types.iter().filter(|found| found.assignable) {
            if let Some(id) = self.free(&path, assignable).await? {
                let broken = self.assign(&path, assignable, &id).await?;
                self.tell(Law::AddRemove, broken);
            }
        }
        if can.create_user && can.delete_user {
            let answer = self.send(Method::DELETE, &path, None).await?;
            let broken = match answer.status {
                204 => self.changed(&before).await?,
                _ => Some(failed("deleting it", &answer, &user)),
            };
            self.tell(Law::CreateDelete, broken.map(|how| about(&how, &user)));
        }
        Ok(())
    }

    /// The path of a user to go on with: the new one, or where none can be created the first one that there is.
    async fn created(&mut self, user: &Document, can: &Capabilities, before: &Tables) -> anyhow::Result<Option<String>> {
        if !can.create_user {
            let first = self.send(Method::GET, "/Users?count=1", None).await?;
            let id = first.body.pointer("/Resources/0/id").and_then(Value::as_str);
            return Ok(id.map(|id| format!("/Users/{id}")));
        }
        let answer = self.send(Method::POST, "/Users", Some(Value::Object(user.clone()))).await?;
        let id = answer.body.get("id").and_then(Value::as_str).map(str::to_owned);
        let broken = match (answer.status, &id) {
            (201, Some(id)) => {
                let shown = self.send(Method::GET, &format!("/Users/{id}"), None).await?;
                match shown.status {
                    200 => self.otherwise(&Value::Object(user.clone()), &shown.body),
                    _ => Some(failed("reading it", &shown, user)),
                }
            }
            // It is the application's right to refuse somebody, if nothing of that is kept.
            (400..500, _) => match self.changed(before).await? {
                Some(how) => Some(format!("a user was refused, and something of that was kept\n{how}")),
                None => return Ok(None),
            },
            _ => Some(failed("creating it", &answer, user)),
        };
        self.tell(Law::CreateGet, broken.map(|how| about(&how, user)));
        Ok(id.filter(|_| answer.status == 201).map(|id| format!("/Users/{id}")))
    }

    /// What a user has otherwise than was asked for.
    fn otherwise(&self, wanted: &Value, found: &Value) -> Option<String> {
        let mut differing = Vec::new();
        differences("", wanted, found, &mut differing);
        differing.retain(|(path, _)| !self.exceptions.may_change(path) && path != "schemas");
        let (path, how) = differing.first()?;
        Some(format!(
            "`{path}` {how}. If that is right, write `may-change = [\"{path}\"]` into laws.toml"
        ))
    }

    async fn put(&mut self, path: &str, shown: &Value) -> anyhow::Result<Option<String>> {
        let before = self.tables().await?;
        let answer = self.send(Method::PUT, path, Some(shown.clone())).await?;
        Ok(match answer.status {
            200 => self
                .changed(&before)
                .await?
                .map(|how| format!("putting what is there changed something\n{how}")),
            status => Some(format!("putting what is there was answered {status}: {:#}", answer.body)),
        })
    }

    /// Something that a user could be given; `None`: there is nothing.
    async fn free(&mut self, path: &str, of: &EntitlementType) -> anyhow::Result<Option<String>> {
        let shown = self.send(Method::GET, path, None).await?;
        let held = shown.body.get(of.kind.attribute()).and_then(Value::as_array);
        let held: Vec<&Value> = held.into_iter().flatten().filter_map(|held| held.get("value")).collect();
        if of.single && !held.is_empty() {
            return Ok(None);
        }
        let items = self.send(Method::GET, &of.endpoint, None).await?;
        let items = items.body.get("Resources").and_then(Value::as_array).into_iter().flatten();
        let mut free = items.filter_map(|item| item.get("id")).filter(|id| !held.contains(id));
        Ok(free.next().and_then(Value::as_str).map(str::to_owned))
    }

    /// Gives a user something, twice, and takes it away.
    async fn assign(&mut self, path: &str, of: &EntitlementType, id: &str) -> anyhow::Result<Option<String>> {
        let attribute = of.kind.attribute();
        let added = json!([{ "op": "add", "path": attribute, "value": [{ "value": id, "type": of.name }] }]);
        let removed = json!([{ "op": "remove", "path": format!("{attribute}[value eq {}]", json!(id)) }]);
        let before = self.tables().await?;
        let answer = self.patch(path, &added).await?;
        if answer.status != 200 {
            return Ok(Some(format!("adding {id} was answered {}: {:#}", answer.status, answer.body)));
        }
        let once = self.tables().await?;
        if differing(&before, &once, &self.exceptions.journals).is_none() {
            return Ok(Some(format!("adding {id} was answered with success and changed nothing")));
        }
        self.patch(path, &added).await?;
        if let Some(how) = differing(&once, &self.tables().await?, &[]) {
            return Ok(Some(format!("adding {id} twice is not adding it once\n{how}")));
        }
        let answer = self.patch(path, &removed).await?;
        Ok(match answer.status {
            200 => self.changed(&before).await?.map(|how| {
                format!(
                    "adding and removing {id} changed something. If a table only grows, name it in `journals` of laws.toml\n{how}"
                )
            }),
            status => Some(format!("removing {id} was answered {status}: {:#}", answer.body)),
        })
    }

    async fn patch(&mut self, path: &str, operations: &Value) -> anyhow::Result<Answer> {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Sends a request, and writes down what came of it.
    async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Answer> {
        self.requests += 1;
        let request = Request {
            method,
            path: path.to_owned(),
            body,
        };
        let answer = self.installation.client.send(self.requests, &request).await?;
        let described = answer.clone().described(&request);
        let totals = self.installation.meter.totals();
        let statements = self.installation.record.take();
        let line = json!({ "answer": described, "statements": statements, "used so far": totals.to_string() });
        self.trace.push(self.stable.named(line));
        Ok(answer)
    }

    async fn tables(&mut self) -> anyhow::Result<Tables> {
        let tables = rows::rows(self.installation.database.as_ref()).await?;
        self.installation.record.take();
        Ok(tables)
    }

    /// How the tables are otherwise than before, those left out that only grow.
    async fn changed(&mut self, before: &Tables) -> anyhow::Result<Option<String>> {
        let now = self.tables().await?;
        Ok(differing(before, &now, &self.exceptions.journals))
    }

    fn tell(&mut self, law: Law, broken: Option<String>) {
        let told = self.laws.entry(law).or_default();
        told.tried += 1;
        if told.broken.is_none() {
            told.broken = broken;
        }
    }
}

fn differing(before: &Tables, now: &Tables, journals: &[String]) -> Option<String> {
    let printed = |tables: &Tables| {
        let tables = tables
            .iter()
            .filter(|(name, _)| !journals.iter().any(|journal| journal.eq_ignore_ascii_case(name)));
        let tables: Tables = tables.map(|(name, rows)| (name.clone(), rows.clone())).collect();
        format!("{:#}\n", Value::Object(tables))
    };
    let (before, now) = (printed(before), printed(now));
    (before != now).then(|| difference(&before, &now))
}

fn failed(what: &str, answer: &Answer, user: &Document) -> String {
    about(&format!("{what} was answered {}: {:#}", answer.status, answer.body), user)
}

fn about(how: &str, user: &Document) -> String {
    match how.contains("The user was") {
        true => how.to_owned(),
        false => format!("{how}\nThe user was\n{:#}", Value::Object(user.clone())),
    }
}

/// The paths at which something that was wanted is otherwise.
fn differences(path: &str, wanted: &Value, found: &Value, differing: &mut Vec<(String, String)>) {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            for (key, value) in wanted {
                let path = paths::member(path, key);
                match found.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
                    Some((_, found)) => differences(&path, value, found, differing),
                    None => differing.push((paths::written(&path), format!("was {value}, and is not there"))),
                }
            }
        }
        (Value::Array(wanted), Value::Array(found)) => {
            for value in wanted {
                let like = |found: &&Value| {
                    let mut differing = Vec::new();
                    differences(path, value, found, &mut differing);
                    differing.is_empty()
                };
                if found.iter().find(like).is_none() {
                    differing.push((
                        path.to_owned(),
                        format!("had {value}, and has {}", Value::from(found.clone())),
                    ));
                }
            }
        }
        (wanted, found) if wanted != found => differing.push((path.to_owned(), format!("was {wanted}, and is {found}"))),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_otherwise_has_a_path() {
        let wanted = json!({ "userName": "a", "name": { "givenName": "b" }, "emails": [{ "value": "c", "type": "work" }] });
        let all = |found: Value| {
            let mut differing = Vec::new();
            differences("", &wanted, &found, &mut differing);
            differing.into_iter().map(|(path, _)| path).collect::<Vec<_>>()
        };
        let same =
            json!({ "id": 7, "username": "a", "name": { "givenName": "b" }, "emails": [{}, { "type": "work", "value": "c" }] });
        assert_eq!(all(same), Vec::<String>::new());
        assert_eq!(
            all(json!({ "userName": "A", "emails": [{ "value": "c" }] })),
            ["userName", "name", "emails"]
        );
    }
}
