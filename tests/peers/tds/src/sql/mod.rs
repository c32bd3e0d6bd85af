//! The part of T-SQL that the peer knows, in SQLite's words and with SQL Server's types, rules and errors.

pub mod catalogue;
mod change;
pub mod collation;
pub mod compiler;
mod condition;
pub mod convert;
pub mod declaration;
pub mod definition;
pub mod engine;
mod expression;
mod from;
mod function;
mod grammar;
mod inline;
mod literal;
mod module;
mod order;
mod pattern;
mod query;
mod reading;
pub mod statement;
pub mod typed;

pub use query::{Compiled, Place};
