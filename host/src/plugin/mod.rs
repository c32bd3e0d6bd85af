//! Components that are not built in: what their authors say of them, what an administrator has approved, and which may be used.
//!
//! A plugin is a file in the plugins directory, with a [`Manifest`]. It is a [`Candidate`] until it is approved: then the state
//! store keeps its bytes with the [`Approval`], and it is these that serve. What it imports ⊆ what its manifest asks for ⊆ what was
//! approved, for this component, by its SHA-256.

mod admission;
mod approval;
mod builtin;
mod candidate;
mod capability;
mod catalogue;
mod digest;
mod manifest;
#[cfg(test)]
mod released;
mod section;
mod shelf;
mod signature;
mod stamp;
mod suspension;
mod terms;
mod trial;
mod world;

pub use admission::{Refusal, admit, contract_version};
pub use approval::{Approval, Difference};
pub use builtin::component as builtin_component;
pub use candidate::Candidate;
pub use capability::Capability;
pub use catalogue::{Catalogue, Missing, OperationPlugin, PluginProblem, StandingPlugin, Versions};
pub use digest::Digest;
pub use manifest::{DatabaseAccess, Manifest, TransformPlace};
pub use shelf::{Approved, Shelf, approve, signer_of};
pub use signature::{Policy, PublicKey, Signature, Signatures, Signer, SigningKey};
pub use stamp::Stamp;
pub use suspension::{Guard, SuspensionSettings, Suspensions};
pub use terms::{Terms, Unfit};
pub use trial::{Trial, try_out};
