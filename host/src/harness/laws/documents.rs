//! The laws of transforms, for each chain that an application has.

use serde_json::Value;

use super::{
    Exceptions, Law, Tried, paths,
    search::{self, Breach},
    users,
};
use crate::{
    harness::{golden::difference, installation::Installation, meter::Totals},
    sandbox::Direction,
    scim::{Document, Error, RequestId},
};

/// How many documents are made up.
const COUNT: u32 = 100;

/// Tries the laws of transforms.
///
/// # Errors
/// They cannot be tried.
pub(super) async fn hold(installation: &Installation, exceptions: &Exceptions) -> anyhow::Result<Vec<Tried>> {
    let transforms = &installation.application.settings().transforms;
    let chains = [
        (Direction::ToApplication, &transforms.to_application),
        (Direction::FromApplication, &transforms.from_application),
    ];
    let mut laws = Vec::new();
    for (direction, _) in chains.into_iter().filter(|(_, chain)| !chain.is_empty()) {
        let chain = Chain {
            installation,
            direction,
            exceptions,
        };
        for law in [Law::NoDifference, Law::Idempotence, Law::NothingLost] {
            laws.push(chain.hold(law).await?);
        }
    }
    Ok(laws)
}

struct Chain<'a> {
    installation: &'a Installation,
    direction: Direction,
    exceptions: &'a Exceptions,
}

/// What becomes of a document, and what it took.
#[derive(PartialEq)]
struct Outcome {
    result: Result<Document, Error>,
    totals: Totals,
}

impl Chain<'_> {
    async fn hold(&self, law: Law) -> anyhow::Result<Tried> {
        let documents = users::any(&self.exceptions.values);
        let refused = std::cell::Cell::new(0_u32);
        let breaks = async |document: &Document| {
            let Outcome { result, totals } = self.outcome(document.clone()).await;
            match result {
                Err(error) if error.status < 500 => {
                    refused.set(refused.get() + 1);
                    let again = self.outcome(document.clone()).await;
                    let same = again.result.as_ref().err() == Some(&error) && again.totals == totals;
                    Ok((law == Law::NoDifference && !same)
                        .then(|| Breach::Outcome(format!("it was refused, and then not: {error}"))))
                }
                Err(error) => {
                    let how = format!("a document is given or refused, and this is neither: {error}");
                    Ok(Some(Breach::Crash(how)))
                }
                Ok(given) => Ok(self.breach(law, document, given, totals).await.map(Breach::Outcome)),
            }
        };
        let found = search::counterexample(&documents, COUNT, breaks).await?;
        let tried = found.as_ref().map_or(COUNT, |found| found.tried + 1);
        let mut broken = found.map(|found| format!("{}\nThe document was\n{}", found.how, printed(&found.value)));
        if broken.is_none() && refused.get() >= COUNT {
            let why =
                "every document was refused, so that nothing was tried; write values that it takes into [values] of laws.toml";
            broken = Some(why.to_owned());
        }
        Ok(Tried {
            law,
            with: self.direction.name(),
            tried,
            broken,
        })
    }

    async fn breach(&self, law: Law, document: &Document, given: Document, totals: Totals) -> Option<String> {
        match law {
            Law::NoDifference => {
                let again = self.outcome(document.clone()).await;
                match again.result {
                    Ok(again) if again != given => Some(format!(
                        "the same document came out otherwise the second time\n{}",
                        difference(&printed(&given), &printed(&again))
                    )),
                    Err(error) => Some(format!("the same document was refused the second time: {error}")),
                    Ok(_) if again.totals != totals => Some(format!(
                        "the same document took {totals}, and {} the second time",
                        again.totals
                    )),
                    Ok(_) => None,
                }
            }
            Law::Idempotence => match self.outcome(given.clone()).await.result {
                Ok(again) if again != given => Some(format!(
                    "what it made is changed once more when it is given that\n{}",
                    difference(&printed(&given), &printed(&again))
                )),
                Err(error) => Some(format!("what it made is refused when it is given that: {error}")),
                Ok(_) => None,
            },
            _ => {
                let mut lost = Vec::new();
                missing("", &Value::Object(document.clone()), &Value::Object(given), &mut lost);
                lost.retain(|path| !self.exceptions.may_lose(path));
                let first = lost.first()?;
                Some(format!(
                    "`{first}` is lost. If that is right, write `may-lose = [\"{first}\"]` into laws.toml"
                ))
            }
        }
    }

    async fn outcome(&self, document: Document) -> Outcome {
        let before = self.installation.meter.totals();
        let id = RequestId("law".to_owned());
        let result = self.installation.application.transformed(&id, self.direction, document).await;
        Outcome {
            result,
            totals: self.installation.meter.totals() - before,
        }
    }
}

/// The paths of members that one value has and another lacks. An array keeps as many elements as it had.
fn missing(path: &str, before: &Value, now: &Value, lost: &mut Vec<String>) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (key, value) in before {
                let path = paths::member(path, key);
                let found = now.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
                match found {
                    None | Some((_, Value::Null)) => lost.push(paths::written(&path)),
                    Some((_, now)) => missing(&path, value, now, lost),
                }
            }
        }
        (Value::Array(before), Value::Array(now)) if before.len() <= now.len() => {
            before
                .iter()
                .zip(now)
                .for_each(|(before, now)| missing(path, before, now, lost));
        }
        (Value::Array(_), _) | (Value::Object(_), _) => lost.push(paths::written(path)),
        _ => {}
    }
}

fn printed(document: &Document) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_lost_has_a_path() {
        let before = json!({
            "userName": "a", "name": { "givenName": "b", "familyName": "c" }, "emails": [{ "value": "d", "type": "work" }],
            "roles": [{ "value": "e" }, { "value": "f" }], "urn:example:2.0:test": { "badge": 1, "left": true },
        });
        let now = json!({
            "username": "A", "name": { "familyName": "" }, "emails": [{ "value": "D" }],
            "roles": [{ "value": "e" }], "urn:example:2.0:test": { "left": null, "badge": 0 },
        });
        let mut lost = Vec::new();
        missing("", &before, &now, &mut lost);
        assert_eq!(lost, ["name.givenName", "emails.type", "roles", "urn:example:2.0:test:left"]);
        let mut none = Vec::new();
        missing("", &before, &before, &mut none);
        assert_eq!(none, Vec::<String>::new());
    }
}
