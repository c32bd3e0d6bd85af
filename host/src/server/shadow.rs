//! A new version of a plugin in the shadow of the one that serves: it is given what clients read, beside the answer that they get,
//! and what it would have answered otherwise is counted.
//!
//! Clients get the answers of the version that serves and wait for nothing else. Whatever changes something is not given to the
//! shadow. One read at a time is: a shadow costs the database no more than one more reader, and what comes meanwhile is left out.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use tokio::sync::Semaphore;

use crate::{
    scim::{Allowed, Change, Document, Error, ListRequest, Members, Page, Projection, Provider, RequestId, Surface},
    state::ShadowTally,
};

/// An application with a version of it in its shadow.
pub struct Shadowed {
    serving: Arc<dyn Provider>,
    shadow: Arc<Shadow>,
}

/// What the version in the shadow has done.
pub struct Shadow {
    application: String,
    plugin: String,
    provider: Arc<dyn Provider>,
    turn: Arc<Semaphore>,
    reads: AtomicU64,
    differences: AtomicU64,
    last: Mutex<Option<String>>,
}

impl Shadow {
    pub fn new(application: &str, plugin: &str, provider: Arc<dyn Provider>) -> Arc<Self> {
        Arc::new(Self {
            application: application.to_owned(),
            plugin: plugin.to_owned(),
            provider,
            turn: Arc::new(Semaphore::new(1)),
            reads: AtomicU64::new(0),
            differences: AtomicU64::new(0),
            last: Mutex::default(),
        })
    }

    pub fn plugin(&self) -> &str {
        &self.plugin
    }

    pub fn tally(&self) -> ShadowTally {
        ShadowTally {
            reads: self.reads.load(Ordering::Relaxed),
            differences: self.differences.load(Ordering::Relaxed),
            last: self.last.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Reads the same, and holds it against what the serving version said.
    async fn compare(&self, serving: &dyn Provider, request: &RequestId, read: &Read, said: &Result<Answer, Error>) {
        let request = RequestId(format!("{}-shadow", request.0));
        let shadow = read.of(self.provider.as_ref(), &request).await;
        let difference = match difference(said, &shadow) {
            None => None,
            // Somebody may have changed something in between: then the version that serves says something else by now, too.
            Some(difference) => match self::difference(said, &read.of(serving, &request).await) {
                None => Some(difference),
                Some(_) => return,
            },
        };
        self.reads.fetch_add(1, Ordering::Relaxed);
        if let Some(difference) = difference {
            self.differences.fetch_add(1, Ordering::Relaxed);
            let what = format!("{}: {difference}", read.name());
            tracing::warn!(
                application = self.application,
                plugin = self.plugin,
                request = request.0,
                "the version in the shadow answers otherwise: {what}"
            );
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
        }
    }
}

impl Shadowed {
    pub fn new(serving: Arc<dyn Provider>, shadow: Arc<Shadow>) -> Self {
        Self { serving, shadow }
    }

    async fn read(&self, request: &RequestId, read: Read) -> Result<Answer, Error> {
        let said = read.of(self.serving.as_ref(), request).await;
        let Ok(turn) = self.shadow.turn.clone().try_acquire_owned() else {
            return said;
        };
        let (serving, shadow, request, answer) = (self.serving.clone(), self.shadow.clone(), request.clone(), said.clone());
        tokio::spawn(async move {
            shadow.compare(serving.as_ref(), &request, &read, &answer).await;
            drop(turn);
        });
        said
    }

    async fn page(&self, request: &RequestId, read: Read) -> Result<Page, Error> {
        match self.read(request, read).await? {
            Answer::Page(page) => Ok(page),
            Answer::Document(_) => Ok(Page::default()),
        }
    }

    async fn document(&self, request: &RequestId, read: Read) -> Result<Document, Error> {
        match self.read(request, read).await? {
            Answer::Document(document) => Ok(document),
            Answer::Page(_) => Ok(Document::new()),
        }
    }
}

/// What a client reads.
enum Read {
    Users(ListRequest, Projection),
    User(String, Projection),
    Entitlements(String, ListRequest),
    Entitlement(String, String),
    Groups(ListRequest, Members),
    Group(String, Members),
}

#[derive(Clone)]
enum Answer {
    Page(Page),
    Document(Document),
}

impl Read {
    async fn of(&self, provider: &dyn Provider, request: &RequestId) -> Result<Answer, Error> {
        match self {
            Read::Users(list, shown) => provider.list_users(request, list, shown).await.map(Answer::Page),
            Read::User(id, shown) => provider.get_user(request, id, shown).await.map(Answer::Document),
            Read::Entitlements(of, list) => provider.list_entitlements(request, of, list).await.map(Answer::Page),
            Read::Entitlement(of, id) => provider.get_entitlement(request, of, id).await.map(Answer::Document),
            Read::Groups(list, members) => provider.list_groups(request, list, *members).await.map(Answer::Page),
            Read::Group(id, members) => provider.get_group(request, id, *members).await.map(Answer::Document),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Read::Users(..) => "a list of users",
            Read::User(..) => "a user",
            Read::Entitlements(..) => "a list of entitlements",
            Read::Entitlement(..) => "an entitlement",
            Read::Groups(..) => "a list of groups",
            Read::Group(..) => "a group",
        }
    }
}

/// In what the answers differ; `None`: in nothing that a client sees.
fn difference(said: &Result<Answer, Error>, shadow: &Result<Answer, Error>) -> Option<String> {
    match (said, shadow) {
        (Err(said), Err(shadow)) => {
            (said.status != shadow.status).then(|| format!("{} instead of {}", shadow.status, said.status))
        }
        (Err(said), Ok(_)) => Some(format!("it answers where {} was right", said.status)),
        (Ok(_), Err(shadow)) => Some(format!("it fails with {}", shadow.status)),
        (Ok(Answer::Page(said)), Ok(Answer::Page(shadow))) => of_pages(said, shadow),
        (Ok(Answer::Document(said)), Ok(Answer::Document(shadow))) => of_documents(said, shadow),
        (Ok(_), Ok(_)) => Some("it is something else".to_owned()),
    }
}

fn of_pages(said: &Page, shadow: &Page) -> Option<String> {
    if said.total != shadow.total {
        return Some(format!("{} in total instead of {}", shadow.total, said.total));
    }
    if said.resources.len() != shadow.resources.len() {
        return Some(format!(
            "{} on the page instead of {}",
            shadow.resources.len(),
            said.resources.len()
        ));
    }
    let pairs = std::iter::zip(&said.resources, &shadow.resources).enumerate();
    let mut differences = pairs.filter_map(|(at, (said, shadow))| Some((at, of_documents(said, shadow)?)));
    differences
        .next()
        .map(|(at, difference)| format!("number {}: {difference}", at + 1))
}

fn of_documents(said: &Document, shadow: &Document) -> Option<String> {
    let names = said.keys().chain(shadow.keys());
    let mut different: Vec<&str> = names
        .filter(|name| said.get(*name) != shadow.get(*name))
        .map(String::as_str)
        .collect();
    different.sort_unstable();
    different.dedup();
    (!different.is_empty()).then(|| different.join(", "))
}

#[async_trait]
impl Provider for Shadowed {
    fn surface(&self) -> Arc<Surface> {
        self.serving.surface()
    }

    async fn learn(&self) {
        self.serving.learn().await;
    }

    async fn list_users(&self, request: &RequestId, list: &ListRequest, shown: &Projection) -> Result<Page, Error> {
        self.page(request, Read::Users(list.clone(), shown.clone())).await
    }

    async fn get_user(&self, request: &RequestId, id: &str, shown: &Projection) -> Result<Document, Error> {
        self.document(request, Read::User(id.to_owned(), shown.clone())).await
    }

    async fn create_user(&self, request: &RequestId, wanted: Document) -> Result<Document, Error> {
        self.serving.create_user(request, wanted).await
    }

    async fn modify_user(&self, request: &RequestId, id: &str, change: Change<'_>) -> Result<Document, Error> {
        self.serving.modify_user(request, id, change).await
    }

    async fn delete_user(&self, request: &RequestId, id: &str, allowed: Allowed<'_>) -> Result<(), Error> {
        self.serving.delete_user(request, id, allowed).await
    }

    async fn list_entitlements(&self, request: &RequestId, type_name: &str, list: &ListRequest) -> Result<Page, Error> {
        self.page(request, Read::Entitlements(type_name.to_owned(), list.clone()))
            .await
    }

    async fn get_entitlement(&self, request: &RequestId, type_name: &str, id: &str) -> Result<Document, Error> {
        self.document(request, Read::Entitlement(type_name.to_owned(), id.to_owned()))
            .await
    }

    async fn list_groups(&self, request: &RequestId, list: &ListRequest, members: Members) -> Result<Page, Error> {
        self.page(request, Read::Groups(list.clone(), members)).await
    }

    async fn get_group(&self, request: &RequestId, id: &str, members: Members) -> Result<Document, Error> {
        self.document(request, Read::Group(id.to_owned(), members)).await
    }

    async fn create_group(&self, request: &RequestId, wanted: Document) -> Result<Document, Error> {
        self.serving.create_group(request, wanted).await
    }

    async fn modify_group(&self, request: &RequestId, id: &str, change: Change<'_>, members: Members) -> Result<Document, Error> {
        self.serving.modify_group(request, id, change, members).await
    }

    async fn delete_group(&self, request: &RequestId, id: &str, allowed: Allowed<'_>, members: Members) -> Result<(), Error> {
        self.serving.delete_group(request, id, allowed, members).await
    }
}
