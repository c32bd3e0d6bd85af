//! Components that see passwords, and that are therefore linked with nothing.

use std::collections::BTreeSet;

use super::{
    Answer, CallFailure, Loaded, Permit, Services,
    bindings::password_hash::{PasswordHashPre, Refusal as Bound},
    component::Base,
    linker::linker,
    state::State,
    usage::within,
};

/// Bytes of the salt that a component is given.
pub const SALT: usize = 32;

/// What its calls are about.
const SUBJECT: &str = "password";

/// A component of the world `password-hash`.
pub struct PasswordHashComponent {
    pre: PasswordHashPre<State>,
    base: Base,
}

/// Why there is no hash of a password. There are no words, so that none of the password can be among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has more bytes than the method looks at.
    TooLong,
    /// It has characters that the method takes none of.
    UnfitCharacters,
    /// The settings are not what was checked.
    UnfitSettings,
}

impl Loaded {
    /// Links a component that hashes passwords, with nothing.
    ///
    /// # Errors
    /// The component imports something, or does not export what the world `password-hash` does.
    pub fn password_hash(&self) -> anyhow::Result<PasswordHashComponent> {
        let linker = linker(self.engine(), &BTreeSet::new())?;
        let pre = PasswordHashPre::new(linker.instantiate_pre(self.compiled())?)?;
        Ok(PasswordHashComponent { pre, base: self.base() })
    }
}

impl PasswordHashComponent {
    pub fn name(&self) -> &str {
        self.base.name()
    }

    /// Has the component look at its settings; the inner error says what is wrong with them.
    pub async fn check(&self, permit: &Permit, services: Box<dyn Services>, settings: &str) -> Answer<Result<(), String>> {
        let mut store = self.base.store(permit, services, settings.len());
        let ended = within(self.base.bounds(&store), async {
            let instance = self.pre.instantiate_async(&mut store).await?;
            instance.call_check(&mut store, settings).await
        });
        let ended = ended.await;
        self.base.answer("check", SUBJECT, store, ended)
    }

    /// Has the component hash a password. What it ends with instead is told without any words of its own.
    pub async fn hash(
        &self,
        permit: &Permit,
        services: Box<dyn Services>,
        password: &str,
        salt: &[u8; SALT],
        settings: &str,
    ) -> Answer<Result<String, Refusal>> {
        let given = password.len() + salt.len() + settings.len();
        let mut store = self.base.store(permit, services, given);
        let ended = within(self.base.bounds(&store), async {
            let instance = self.pre.instantiate_async(&mut store).await?;
            instance.call_hash(&mut store, password, salt, settings).await
        });
        let ended = ended.await.map(|answer| answer.map_err(Refusal::from));
        if let Ok(Ok(hash)) = &ended.result {
            store.data_mut().sends(hash.len());
        }
        let answer = self.base.answer("hash", SUBJECT, store, ended);
        Answer {
            result: answer.result.map_err(CallFailure::without_words),
            ..answer
        }
    }
}

impl From<Bound> for Refusal {
    fn from(refusal: Bound) -> Self {
        match refusal {
            Bound::TooLong => Self::TooLong,
            Bound::UnfitCharacters => Self::UnfitCharacters,
            Bound::UnfitSettings => Self::UnfitSettings,
        }
    }
}
