//! A session, from the first message to the last.

use std::sync::{Arc, PoisonError, RwLock};

use super::{
    answer::End,
    cursors::{Cursors, MOST},
    message::Message,
};
use crate::{
    Account, Failure,
    connect::Target,
    fault::{Fault, Faults},
    logon::{Challenge, Verifier, write_pairs},
    negotiation,
    plsql::{Procedures, read_source},
    record::{Record, Request},
    sql::{Grant, Token},
    store::{Break, Database, Store},
    wire::{Trouble, Writer},
};

/// What all sessions of a peer share.
pub(crate) struct Context {
    pub(crate) database: Arc<Database>,
    pub(crate) accounts: RwLock<Vec<Verifier>>,
    pub(crate) procedures: RwLock<Procedures>,
    pub(crate) record: Record,
    pub(crate) faults: Faults,
    /// Of the database that it claims to be.
    pub(crate) service: String,
    pub(crate) sid: String,
}

impl Context {
    pub(super) fn accounts(&self) -> Vec<Verifier> {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `CREATE USER`.
    ///
    /// # Errors
    /// ORA-01920: there is one of that name.
    pub(crate) fn create_user(&self, account: Account) -> Result<(), Failure> {
        if self.account(account.name()).is_ok() {
            let name = account.name();
            return Err(Failure::new(
                1920,
                format_args!("user name '{name}' conflicts with another user or role name"),
            ));
        }
        let verifier = Verifier::new(account)?;
        self.accounts.write().unwrap_or_else(PoisonError::into_inner).push(verifier);
        Ok(())
    }

    /// `GRANT`.
    ///
    /// # Errors
    /// There is no such account.
    pub(crate) fn grant(&self, grant: Grant) -> Result<(), Failure> {
        let account = self.account(&grant.to)?;
        if grant.session {
            account.permit_session();
        }
        grant.tables.into_iter().for_each(|granted| account.permit(granted));
        Ok(())
    }

    fn account(&self, name: &str) -> Result<Account, Failure> {
        let known = self.accounts();
        let found = known.iter().map(Verifier::account).find(|account| account.name() == name);
        found
            .cloned()
            .ok_or_else(|| Failure::new(1917, format_args!("user or role '{name}' does not exist")))
    }

    /// `CREATE PROCEDURE` and `CREATE FUNCTION`.
    ///
    /// # Errors
    /// As Oracle's compiler, or this peer doesn't understand it.
    pub(crate) fn make(&self, tokens: &[Token]) -> Result<(), Failure> {
        let procedure = read_source(tokens, self.database.schema())?;
        let mut procedures = self.procedures.write().unwrap_or_else(PoisonError::into_inner);
        procedures.add(procedure, self.database.schema());
        Ok(())
    }
}

/// What to do after a message.
pub(crate) enum Answer {
    /// There is more to come of it.
    More,
    Send(Vec<u8>),
    /// The last.
    SendAndEnd(Vec<u8>),
    /// Without a word.
    End,
}

pub(crate) struct Session {
    pub(super) context: Arc<Context>,
    pub(super) number: u64,
    pub(super) broken: Break,
    challenge: Option<Challenge>,
    /// Once somebody logged on.
    pub(super) store: Option<Store>,
    pub(super) cursors: Cursors,
}

impl Session {
    pub(crate) fn new(context: Arc<Context>, number: u64, broken: Break) -> Self {
        Self {
            context,
            number,
            broken,
            challenge: None,
            store: None,
            cursors: Cursors::default(),
        }
    }

    /// Whether there is such a service or instance.
    pub(crate) fn admits(context: &Context, target: Option<&Target>) -> Result<(), u32> {
        match target {
            Some(Target::Service(name)) if name.eq_ignore_ascii_case(&context.service) => Ok(()),
            Some(Target::Service(_)) => Err(12514),
            Some(Target::Sid(name)) if name.eq_ignore_ascii_case(&context.sid) => Ok(()),
            Some(Target::Sid(_)) => Err(12505),
            None => Err(12504),
        }
    }

    /// Reads what came so far of a message, and does it if that is all of it.
    pub(crate) fn answer(&mut self, bytes: &[u8]) -> Answer {
        let schema = self.context.database.schema().to_owned();
        let (piggybacks, message) = match Message::read(bytes, &self.cursors, &schema) {
            Ok(read) => read,
            Err(Trouble::Short) => return Answer::More,
            // What follows could not be told from what is left of this.
            Err(Trouble::Malformed(what)) => return Answer::SendAndEnd(self.refused(&Failure::protocol(what))),
        };
        for number in piggybacks.closed {
            self.cursors.close(number);
        }
        let mut answer = Writer::default();
        let done = match message {
            Message::Protocol => {
                negotiation::write_protocol(&mut answer);
                return Answer::Send(answer.into_bytes());
            }
            Message::Types(types) => {
                negotiation::write_types(&mut answer, &types);
                return Answer::Send(answer.into_bytes());
            }
            Message::LogonBegins(pairs) => match Challenge::new(&pairs.user, &self.context.accounts()) {
                Ok(challenge) => {
                    write_pairs(&mut answer, &challenge.pairs());
                    self.challenge = Some(challenge);
                    Ok(())
                }
                Err(failure) => Err(failure),
            },
            Message::LogonEnds(pairs) => match self.log_on(&pairs) {
                Ok(known) => {
                    write_pairs(&mut answer, &known);
                    Ok(())
                }
                // Oracle hangs up too.
                Err(failure) => return Answer::SendAndEnd(self.refused(&failure)),
            },
            Message::Logoff => {
                self.record(Request::LoggedOff);
                let _ = self.store.as_mut().map(Store::rollback);
                Ok(())
            }
            _ if self.store.is_none() => {
                return Answer::SendAndEnd(self.refused(&Failure::new(1012, "not logged on")));
            }
            Message::Execute(execute) => return self.execute(*execute),
            Message::Fetch { cursor, rows } => return self.fetch(cursor, rows),
            Message::Commit => match self.faulted("COMMIT") {
                Some(answer) => return answer,
                None => {
                    self.record(Request::Committed);
                    self.transaction(Store::commit)
                }
            },
            Message::Rollback => match self.faulted("ROLLBACK") {
                Some(answer) => return answer,
                None => {
                    self.record(Request::RolledBack);
                    self.transaction(Store::rollback)
                }
            },
            Message::Ping => {
                self.record(Request::Pinged);
                Ok(())
            }
            Message::Unknown(function) => Err(Failure::unsupported(format_args!(
                "function {function} of the two-task protocol"
            ))),
        };
        match done {
            Ok(()) => {
                self.end().plainly(&mut answer);
                Answer::Send(answer.into_bytes())
            }
            Err(failure) => Answer::Send(self.refused(&failure)),
        }
    }

    /// What a client is told after it broke a call off.
    pub(crate) fn cancelled(&self) -> Vec<u8> {
        self.record(Request::Broken);
        self.refused(&Failure::broken())
    }

    pub(super) fn record(&self, request: Request) {
        self.context.record.add(self.number, request);
    }

    pub(super) fn end(&self) -> End {
        End {
            in_transaction: self.store.as_ref().is_some_and(Store::is_changing),
            ..End::default()
        }
    }

    pub(super) fn refused(&self, failure: &Failure) -> Vec<u8> {
        let mut answer = Writer::default();
        self.end().badly(&mut answer, failure);
        answer.into_bytes()
    }

    pub(super) fn procedures(&self) -> Procedures {
        self.context.procedures.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What a test wants to happen to this statement. A delay is over when this returns.
    pub(super) fn faulted(&mut self, text: &str) -> Option<Answer> {
        match self.context.faults.take(text)? {
            Fault::Fail(failure) => Some(Answer::Send(self.refused(&failure))),
            Fault::Delay(duration) => self
                .broken
                .wait(duration)
                .err()
                .map(|failure| Answer::Send(self.refused(&failure))),
            Fault::Disconnect => Some(Answer::End),
        }
    }

    pub(super) fn transaction(&mut self, end: fn(&mut Store) -> Result<(), Failure>) -> Result<(), Failure> {
        match self.store.as_mut() {
            Some(store) => end(store),
            None => Err(Failure::new(1012, "not logged on")),
        }
    }

    fn log_on(&mut self, pairs: &crate::logon::Pairs) -> Result<Vec<(&'static str, String, u32)>, Failure> {
        let challenge = self
            .challenge
            .take()
            .ok_or_else(|| Failure::protocol("a logon without its beginning"))?;
        let (account, proof) = challenge.answered(pairs)?;
        if !account.may_connect() {
            let name = account.name();
            return Err(Failure::new(
                1045,
                format_args!("user {name} lacks CREATE SESSION privilege; logon denied"),
            ));
        }
        self.store = Some(Store::open(&self.context.database, &account, self.broken.clone())?);
        self.record(Request::LoggedOn {
            user: account.name().to_owned(),
        });
        let context = &self.context;
        Ok(vec![
            ("AUTH_SVR_RESPONSE", proof, 0),
            // 19.3.0.0.0
            ("AUTH_VERSION_NO", (19 << 24 | 3 << 16).to_string(), 0),
            (
                "AUTH_VERSION_STRING",
                "- Portcullis TNS peer, which is no Oracle".to_owned(),
                0,
            ),
            ("AUTH_SESSION_ID", self.number.to_string(), 0),
            ("AUTH_SERIAL_NUM", "1".to_owned(), 0),
            ("AUTH_SC_SERVICE_NAME", context.service.clone(), 0),
            ("AUTH_SC_DBUNIQUE_NAME", context.sid.clone(), 0),
            ("AUTH_SC_DB_DOMAIN", String::new(), 0),
            ("AUTH_INSTANCENAME", context.sid.clone(), 0),
            ("AUTH_MAX_OPEN_CURSORS", MOST.to_string(), 0),
            ("AUTH_MAX_IDEN_LENGTH", "128".to_owned(), 0),
        ])
    }
}
