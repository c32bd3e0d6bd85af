//! What all requests to one application share.

use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::FromRef;

use super::{Application, RouterContext};
use crate::scim::{Provider, ResourceKind, Surface, vocabulary::Vocabulary};

/// The application, with the names that its surface of the moment gives a meaning to. Clones are the same.
#[derive(Clone)]
pub struct Served {
    pub provider: Arc<dyn Provider>,
    context: Arc<RouterContext>,
    known: Arc<RwLock<Known>>,
}

#[derive(Clone)]
struct Known {
    surface: Arc<Surface>,
    users: Arc<Vocabulary>,
    groups: Arc<Vocabulary>,
}

impl Known {
    fn of(surface: Arc<Surface>) -> Self {
        let vocabulary = |kind| Arc::new(Vocabulary::of(kind, &surface));
        Self {
            users: vocabulary(ResourceKind::User),
            groups: vocabulary(ResourceKind::Group),
            surface,
        }
    }
}

impl Served {
    pub fn new(provider: Arc<dyn Provider>, context: RouterContext) -> Self {
        Self {
            known: Arc::new(RwLock::new(Known::of(provider.surface()))),
            provider,
            context: Arc::new(context),
        }
    }

    /// The names are made anew only when the surface is another one.
    fn known(&self) -> Known {
        let surface = self.provider.surface();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        if Arc::ptr_eq(&known.surface, &surface) {
            return known;
        }
        let known = Known::of(surface);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known.clone();
        known
    }
}

impl FromRef<Served> for Application {
    fn from_ref(served: &Served) -> Self {
        let Known { surface, users, groups } = served.known();
        Self {
            provider: served.provider.clone(),
            surface,
            users,
            groups,
            context: served.context.clone(),
        }
    }
}

impl FromRef<Served> for Arc<RouterContext> {
    fn from_ref(served: &Served) -> Self {
        served.context.clone()
    }
}
