//! The worked examples in `plugins/`, with the manifests that they are shipped with, as an administrator would use them.

mod department_roles;
mod legacy_passwords;
mod login_names;
mod packed_arguments;
