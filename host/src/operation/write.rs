//! Changing users: each request is one transaction, and gives the user as the tables have it at its end.

use serde_json::Value as Json;

use super::{
    application::Application,
    records::is_id,
    request::{Inputs, Request},
    transforms,
    values::{Held, Unsaid},
};
use crate::{
    application::{Operation, text_input},
    database::Value,
    sandbox::Direction,
    scim::{Allowed, AttributePath, Change, Document, Error, Projection, ScimType},
};

impl Application {
    /// Creates a user, sets its password, activity and assignments, and reads it back.
    pub(super) async fn create(&self, request: &mut Request, wanted: Document) -> Result<Document, Error> {
        let create = self.user_operation(Operation::CreateUser)?;
        let mut wanted = transforms::apply(request, &self.to_application, Direction::ToApplication, wanted).await?;
        let password = self.new_password(request, &mut wanted).await?;
        let mut inputs = Inputs::new(self.mapping().inputs(&wanted)?);
        self.is_free(request, &wanted, None).await?;

        inputs
            .secrets
            .push(("password".into(), password.clone().unwrap_or(Value::Null)));
        let id = self.insert(request, self.users(), &wanted, inputs).await?;

        if let Some(password) = password.filter(|_| !create.takes("password")) {
            self.set_password(request, &id, password).await?;
        }
        let (created, held) = self.created(request, &id).await?;
        let difference = self.mapping().difference(&created, &wanted);
        let mut changed = self.change_activity(request, &id, difference.active, false).await?;
        changed |= self.change_values(request, &id, &held, &wanted, Unsaid::StaysAsItIs).await?;
        changed |= self.change_assignments(request, &id, &created, &wanted).await?;
        let now = if changed {
            self.created(request, &id).await?.0
        } else {
            created
        };
        transforms::apply(request, &self.from_application, Direction::FromApplication, now).await
    }

    /// Reads back what was just created.
    async fn created(&self, request: &mut Request, id: &str) -> Result<(Document, Held), Error> {
        let created = self.read_whole_user(request, id).await;
        created.map_err(|error| self.lost(self.users(), id, error))
    }

    /// Makes of a user what `change` says, and reads it back if that changed anything.
    pub(super) async fn modify(&self, request: &mut Request, id: &str, change: Change<'_>) -> Result<Document, Error> {
        let (current, held) = self.read_whole_user(request, id).await?;
        let shown = transforms::apply(request, &self.from_application, Direction::FromApplication, current.clone()).await?;
        let wanted = change(shown.clone())?;
        let mut wanted = transforms::apply(request, &self.to_application, Direction::ToApplication, wanted).await?;
        let password = self.new_password(request, &mut wanted).await?;

        // A statement that binds `:active` must not bring a client that says nothing of it to reactivate anybody.
        if let (None, Some(active)) = (wanted.get("active"), current.get("active")) {
            wanted.insert("active".into(), active.clone());
        }
        let difference = self.mapping().difference(&current, &wanted);
        if difference.attributes.iter().any(is_user_name) {
            self.is_free(request, &wanted, Some(id)).await?;
        }
        let mut changed = self
            .update(request, self.users(), id, &wanted, &difference.attributes)
            .await?;
        let in_update = changed
            && self
                .users
                .get(&Operation::UpdateUser)
                .is_some_and(|update| update.takes("active"));
        changed |= self
            .change_activity(request, id, difference.active.filter(|_| !in_update), true)
            .await?;
        if let Some(password) = password {
            changed |= self.set_password(request, id, password).await?;
        }
        changed |= self.change_values(request, id, &held, &wanted, Unsaid::HasNone).await?;
        changed |= self.change_assignments(request, id, &current, &wanted).await?;
        if !changed {
            return Ok(shown);
        }
        let now = self.read_user(request, id, &Projection::Everything).await?;
        transforms::apply(request, &self.from_application, Direction::FromApplication, now).await
    }

    pub(super) async fn delete(&self, request: &mut Request, id: &str, allowed: Allowed<'_>) -> Result<(), Error> {
        let delete = self.user_operation(Operation::DeleteUser)?;
        allowed(&self.read_and_show(request, id, &Projection::Everything).await?)?;
        request.run(delete, Inputs::id(id)).await?;
        Ok(())
    }

    /// Activates or deactivates. `required`: a client that asks for what isn't configured is told so.
    async fn change_activity(
        &self,
        request: &mut Request,
        id: &str,
        active: Option<bool>,
        required: bool,
    ) -> Result<bool, Error> {
        let Some(active) = active else {
            return Ok(false);
        };
        let operation = if active {
            Operation::ActivateUser
        } else {
            Operation::DeactivateUser
        };
        match self.users.get(&operation) {
            Some(prepared) => {
                request.run(prepared, Inputs::id(id)).await?;
                Ok(true)
            }
            None if required || !active => Err(self.not_configured(operation)),
            None => Ok(false),
        }
    }

    /// What a new password is bound as: itself, or the hash of it.
    async fn new_password(&self, request: &mut Request, wanted: &mut Document) -> Result<Option<Value>, Error> {
        let Some(password) = take_password(wanted) else {
            return Ok(None);
        };
        let plain = text_input(&"password", &password)?;
        match &self.passwords {
            Some(passwords) => passwords.hash(request, &password).await.map(Some),
            None => Ok(Some(plain)),
        }
    }

    /// Sets the password if the application has an operation for it. Some clients send one unasked, so that none is no error.
    async fn set_password(&self, request: &mut Request, id: &str, password: Value) -> Result<bool, Error> {
        let Some(set_password) = self.users.get(&Operation::SetPassword) else {
            return Ok(false);
        };
        let mut inputs = Inputs::id(id);
        inputs.secrets.push(("password".into(), password));
        request.run(set_password, inputs).await?;
        Ok(true)
    }

    /// A second user of the same name is refused even where the table has no constraint that says so. `id` is of the user who
    /// has it or is to have it, `None` while that is none.
    async fn is_free(&self, request: &mut Request, wanted: &Document, id: Option<&str>) -> Result<(), Error> {
        let Some(user_name) = wanted.get("userName").and_then(Json::as_str) else {
            return Err(Error::bad_request(
                ScimType::InvalidValue,
                "userName is required (RFC 7643 §4.1.1)",
            ));
        };
        let found = self.with_user_name(request, user_name).await?;
        let is_himself = |user: &Document| id.is_some_and(|id| is_id(user, id));
        match found.iter().any(|user| !is_himself(user)) {
            false => Ok(()),
            true => Err(Error::uniqueness(format!(
                "a user with the userName \"{user_name}\" exists already"
            ))),
        }
    }
}

fn is_user_name(path: &AttributePath) -> bool {
    path.extension.is_none() && path.name == "userName"
}

fn take_password(document: &mut Document) -> Option<String> {
    match document.remove("password") {
        Some(Json::String(password)) if !password.is_empty() => Some(password),
        _ => None,
    }
}
