//! What a component can be linked with: interfaces by what grants them, and nothing else.

use std::collections::BTreeSet;

use wasmtime::{
    Engine,
    component::{HasSelf, Linker},
};

use super::{bindings::operation::portcullis::plugin as interfaces, http, state::State, wasi};

/// A group of interfaces that a component can be linked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Interface {
    Log,
    Database,
    Output,
    DynamicSql,
    Stdio,
    Clock,
    Random,
    /// `wasi:http/outgoing-handler` with the types and streams that it needs.
    Http,
}

/// A linker with these interfaces. The types of the contract are always there.
pub(super) fn linker(engine: &Engine, interfaces: &BTreeSet<Interface>) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    interfaces::types::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    for interface in interfaces {
        match interface {
            Interface::Log => interfaces::log::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?,
            Interface::Database => interfaces::database::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?,
            Interface::Output => interfaces::output::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?,
            Interface::DynamicSql => interfaces::dynamic_sql::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?,
            Interface::Stdio => wasi::link_stdio(&mut linker)?,
            Interface::Clock => wasi::link_clocks(&mut linker)?,
            Interface::Random => wasi::link_random(&mut linker)?,
            Interface::Http => http::link(&mut linker)?,
        }
    }
    if interfaces.contains(&Interface::Stdio) || interfaces.contains(&Interface::Http) {
        wasi::link_streams(&mut linker)?;
    }
    Ok(linker)
}
