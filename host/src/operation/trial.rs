//! A new version of a plugin is tried out before it takes the old one's place: the database compiles its statements, and a transform
//! is given a document. Nothing is changed by that.

use serde_json::{Value, json};

use super::{application::Application, prepared::Prepared, transforms::Transformer};
use crate::{database::ErrorKind, sandbox::Direction};

impl Application {
    /// What fails when this plugin is tried out here, in a sentence each. What the database alone can tell is not told where it can't be
    /// reached.
    pub async fn trial(&self, plugin: &str) -> Vec<String> {
        // What the first request would have to wait for.
        let reachable = self.learned().await.is_ok();
        let mut failures = Vec::new();
        let prepared: Vec<&Prepared> = self.plans().map(|(_, prepared)| prepared).collect();
        for prepared in prepared
            .into_iter()
            .filter(|prepared| reachable && prepared.component.name() == plugin)
        {
            failures.extend(self.compiled(prepared).await);
        }
        for (direction, chain) in [
            (Direction::ToApplication, &self.to_application),
            (Direction::FromApplication, &self.from_application),
        ] {
            for transformer in chain.iter().filter(|transformer| transformer.component.name() == plugin) {
                failures.extend(self.tried(direction, transformer).await);
            }
        }
        failures
    }

    async fn compiled(&self, prepared: &Prepared) -> Vec<String> {
        let mut failures = Vec::new();
        // What a text with slots means is known only when they are filled.
        let statements = prepared.plan.statements.iter().filter(|statement| statement.slots.is_empty());
        for statement in statements {
            let Err(error) = self.database.describe(statement).await else {
                continue;
            };
            if matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Conflict) {
                continue;
            }
            failures.push(format!(
                "{}: the database refuses statement `{}`: {error}",
                prepared.location, statement.name
            ));
        }
        failures
    }

    async fn tried(&self, direction: Direction, transformer: &Transformer) -> Option<String> {
        let document = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "trial", "userName": "trial", "active": true,
        })
        .to_string();
        let permit = self.sandbox.place_for_loading().await.ok()?;
        let given = transformer.given(&permit, self.name.clone(), "trial".into(), direction, &document);
        let said = match given.await {
            Err(failure) => failure.to_string(),
            // It may well refuse such a user.
            Ok(Err(_)) => return None,
            Ok(Ok(text)) => match serde_json::from_str(&text) {
                Ok(Value::Object(_)) => return None,
                _ => "what it gave is not a JSON object".to_owned(),
            },
        };
        Some(format!("application {}: tried out with a document: {said}", self.name))
    }
}
