//! What clients really sent, decoded, so that a test can look at it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::wire::{packet::Reset, rpc::Call, transaction};

/// A message of a client.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Which connection it came by, counted from 1.
    pub connection: u32,
    /// What the client wanted of the session before.
    pub reset: Reset,
    pub request: Request,
}

/// What a client sent.
#[derive(Clone, Debug)]
pub enum Request {
    Login(Login),
    /// SQL without parameters.
    Batch(String),
    Call(Call),
    Transaction(transaction::Request),
    /// Stop what you are doing.
    Attention,
}

/// Who wanted in; without the password.
#[derive(Clone, Debug)]
pub struct Login {
    pub user: String,
    pub database: String,
    pub application: String,
    pub host: String,
    pub library: String,
    pub encryption: Encrypted,
    /// The ids of the features that it asked for.
    pub features: Vec<u8>,
}

/// How much of a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encrypted {
    Nothing,
    /// The login and no more.
    Login,
    Everything,
    /// Everything, the first byte included.
    Strictly,
}

impl Recorded {
    /// The SQL in it: of a batch, or the first argument of `sp_executesql`, `sp_prepexec` and the like.
    pub fn statement(&self) -> Option<&str> {
        match &self.request {
            Request::Batch(text) => Some(text),
            Request::Call(call) => call.statement(),
            _ => None,
        }
    }
}

impl Call {
    /// The SQL that it carries, if its procedure is one that runs or prepares SQL.
    pub fn statement(&self) -> Option<&str> {
        let index = match self.procedure.to_ascii_lowercase().as_str() {
            "sp_executesql" | "sp_describe_first_result_set" | "sp_describe_undeclared_parameters" => 0,
            "sp_prepare" | "sp_prepexec" => 2,
            _ => return None,
        };
        match &self.arguments.get(index)?.value {
            crate::value::Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// All of it, in the order in which it came.
#[derive(Clone, Default)]
pub struct Record(Arc<Mutex<Vec<Recorded>>>);

impl Record {
    pub fn add(&self, recorded: Recorded) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
    }

    pub fn all(&self) -> Vec<Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
