//! The application as the protocol asks it.

use std::sync::Arc;

use async_trait::async_trait;

use super::{application::Application, attempts::Attempts, request::Request, transforms};
use crate::{
    database::Access,
    sandbox::Direction,
    scim::{
        Allowed, Change, Document, Error, ListRequest, Members, Page, Projection, Provider, RequestId, ResourceKind, Surface,
    },
};

#[async_trait]
impl Provider for Application {
    fn surface(&self) -> Arc<Surface> {
        self.learning.surface()
    }

    async fn learn(&self) {
        if let Err(error) = self.learned().await {
            tracing::debug!(application = %self.name, "the columns of users and groups are not known yet: {error}");
        }
    }

    async fn list_users(&self, id: &RequestId, list: &ListRequest, shown: &Projection) -> Result<Page, Error> {
        let mut request = self.begin(id, Access::Read).await?;
        let page = self.read_users(&mut request, list, shown).await;
        request.rollback().await;
        page
    }

    async fn get_user(&self, id: &RequestId, user: &str, shown: &Projection) -> Result<Document, Error> {
        let mut request = self.begin(id, Access::Read).await?;
        let found = self.read_and_show(&mut request, user, shown).await;
        request.rollback().await;
        found
    }

    async fn create_user(&self, id: &RequestId, wanted: Document) -> Result<Document, Error> {
        let mut attempts = Attempts::new(&self.settings.connection);
        loop {
            let mut request = self.begin(id, Access::Write).await?;
            let created = self.create(&mut request, wanted.clone()).await;
            if let Some(ended) = attempts.end(request, created).await {
                return ended;
            }
        }
    }

    async fn modify_user(&self, id: &RequestId, user: &str, change: Change<'_>) -> Result<Document, Error> {
        let _turn = self.turns.of(ResourceKind::User, user).await;
        let mut attempts = Attempts::new(&self.settings.connection);
        loop {
            let mut request = self.begin(id, Access::Write).await?;
            let modified = self.modify(&mut request, user, change).await;
            if let Some(ended) = attempts.end(request, modified).await {
                return ended;
            }
        }
    }

    async fn delete_user(&self, id: &RequestId, user: &str, allowed: Allowed<'_>) -> Result<(), Error> {
        self.user_operation(crate::application::Operation::DeleteUser)?;
        let _turn = self.turns.of(ResourceKind::User, user).await;
        let mut attempts = Attempts::new(&self.settings.connection);
        loop {
            let mut request = self.begin(id, Access::Write).await?;
            let deleted = self.delete(&mut request, user, allowed).await;
            if let Some(ended) = attempts.end(request, deleted).await {
                return ended;
            }
        }
    }

    async fn list_entitlements(&self, id: &RequestId, type_name: &str, list: &ListRequest) -> Result<Page, Error> {
        let mut request = self.begin(id, Access::Read).await?;
        let page = self.read_entitlements(&mut request, type_name, list).await;
        request.rollback().await;
        page
    }

    async fn get_entitlement(&self, id: &RequestId, type_name: &str, item: &str) -> Result<Document, Error> {
        let mut request = self.begin(id, Access::Read).await?;
        let found = self.read_entitlement(&mut request, type_name, item).await;
        request.rollback().await;
        found
    }

    async fn list_groups(&self, id: &RequestId, list: &ListRequest, members: Members) -> Result<Page, Error> {
        let mut request = self.begin(id, Access::Read).await?;
        let page = self.read_groups(&mut request, list, members).await;
        request.rollback().await;
        page
    }

    async fn get_group(&self, id: &RequestId, group: &str, members: Members) -> Result<Document, Error> {
        let mut request = self.begin(id, Access::Read).await?;
        let found = self.read_group(&mut request, group, members).await;
        request.rollback().await;
        found
    }

    async fn create_group(&self, id: &RequestId, wanted: Document) -> Result<Document, Error> {
        let mut attempts = Attempts::new(&self.settings.connection);
        loop {
            let mut request = self.begin(id, Access::Write).await?;
            let created = self.create_group_in(&mut request, &wanted).await;
            if let Some(ended) = attempts.end(request, created).await {
                return ended;
            }
        }
    }

    async fn modify_group(&self, id: &RequestId, group: &str, change: Change<'_>, members: Members) -> Result<Document, Error> {
        let _turn = self.turns.of(ResourceKind::Group, group).await;
        let mut attempts = Attempts::new(&self.settings.connection);
        loop {
            let mut request = self.begin(id, Access::Write).await?;
            let modified = self.modify_group_in(&mut request, group, change, members).await;
            if let Some(ended) = attempts.end(request, modified).await {
                return ended;
            }
        }
    }

    async fn delete_group(&self, id: &RequestId, group: &str, allowed: Allowed<'_>, members: Members) -> Result<(), Error> {
        let _turn = self.turns.of(ResourceKind::Group, group).await;
        let mut attempts = Attempts::new(&self.settings.connection);
        loop {
            let mut request = self.begin(id, Access::Write).await?;
            let deleted = self.delete_group_in(&mut request, group, allowed, members).await;
            if let Some(ended) = attempts.end(request, deleted).await {
                return ended;
            }
        }
    }
}

impl Application {
    pub(super) async fn read_and_show(&self, request: &mut Request, user: &str, shown: &Projection) -> Result<Document, Error> {
        let found = self.read_user(request, user, shown).await?;
        transforms::apply(request, &self.from_application, Direction::FromApplication, found).await
    }
}
