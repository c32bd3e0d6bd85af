//! One connection, in the few words that the rest needs of the driver.
//!
//! Every statement is a call of `sp_executesql`: the server keeps its plan by the text and the declarations, so that it is
//! compiled once for all connections, and what a statement sets (`SET …`, `USE`, temporary tables, variables) ends with it.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use tiberius::{AuthMethod, ColumnType, Command, CommandItem, CommandStream, Config, EncryptionLevel};

use super::{
    arguments::{Argument, Flow},
    errors, rows,
    settings::SqlserverTarget,
    transport::{self, Reset, Wire},
    undone::UNDO,
};
use crate::database::{Column, DatabaseError, ErrorKind, Value};

/// How long the server may take to acknowledge that a statement is cancelled.
const CANCELLED: Duration = Duration::from_secs(2);

pub(super) struct Client {
    driver: tiberius::Client<Wire>,
    reset: Reset,
    opened: Instant,
}

/// What comes back, piece by piece.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// The columns of a result, which begins here.
    Columns(Vec<Column>),
    Row(Vec<Value>),
    /// How many rows a statement, or one of a procedure's, has returned or changed.
    Affected(u64),
    /// What the parameter of this index holds afterwards.
    Output(usize, Value),
    /// The call is over but for outputs.
    Returned,
}

impl Client {
    /// # Errors
    /// `Unavailable`: the server is not there, is not one, or does not let the account in.
    pub async fn connect(target: &SqlserverTarget) -> Result<Self, DatabaseError> {
        let port = transport::port(&target.host, &target.place).await.map_err(unreachable)?;
        match Self::at(target, &target.host, port).await {
            // A gateway (Azure) says where the database is.
            Err(Refused::Elsewhere(host, port)) => Self::at(target, &host, port).await.map_err(Refused::error),
            other => other.map_err(Refused::error),
        }
    }

    async fn at(target: &SqlserverTarget, host: &str, port: u16) -> Result<Self, Refused> {
        let tls = transport::client_config(&target.encryption).map_err(Refused::Io)?;
        let wire = transport::connect(host, port, &target.encryption, tls)
            .await
            .map_err(Refused::Io)?;
        let reset = wire.reset();
        let mut config = Config::new();
        config.host(host);
        config.port(port);
        config.database(&target.name);
        config.application_name(&target.application_name);
        // The transport has seen to it.
        config.encryption(EncryptionLevel::NotSupported);
        let password = target.password.as_ref().map_or("", |password| password.expose());
        config.authentication(AuthMethod::sql_server(&target.user, password));
        // The pool and the session have bounds of their own.
        config.handshake_timeout(None);
        config.command_timeout(None);
        let driver = tiberius::Client::connect(config, wire).await.map_err(Refused::by)?;
        Ok(Self {
            driver,
            reset,
            opened: Instant::now(),
        })
    }

    pub fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    /// With the next request, the session is as new. Costs no round trip.
    pub fn renew(&self) {
        self.reset.ask();
    }

    pub async fn begin(&mut self) -> Result<(), DatabaseError> {
        self.driver.begin_transaction().await.map_err(error)
    }

    pub async fn commit(&mut self) -> Result<(), DatabaseError> {
        self.driver.commit_transaction().await.map_err(error)
    }

    pub async fn rollback(&mut self) -> Result<(), DatabaseError> {
        self.driver.rollback_transaction().await.map_err(error)
    }

    /// Rolls back whatever transaction there is, if there is one.
    pub async fn undo(&mut self) -> Result<(), DatabaseError> {
        let done = self.driver.simple_query(UNDO).await.map_err(error)?;
        done.into_results().await.map(drop).map_err(error)
    }

    /// Runs a statement.
    pub async fn run(&mut self, text: &str, arguments: Vec<Argument>) -> Result<Reply<'_>, DatabaseError> {
        let mut command = Command::new("sp_executesql");
        command.bind_param("", text.to_owned());
        if !arguments.is_empty() {
            command.bind_param("", declarations(&arguments));
        }
        for (index, argument) in arguments.into_iter().enumerate() {
            let name = format!("@P{}", index + 1);
            match argument.flow {
                Flow::In => command.bind_param(name, argument.data),
                Flow::Output => command.bind_out_param(name, argument.data),
            }
        }
        self.send(command).await
    }

    /// Calls a procedure of the system with texts.
    pub async fn call(&mut self, procedure: &'static str, texts: &[(&'static str, &str)]) -> Result<Reply<'_>, DatabaseError> {
        let mut command = Command::new(procedure);
        for (name, text) in texts {
            command.bind_param(*name, (*text).to_owned());
        }
        self.send(command).await
    }

    async fn send(&mut self, command: Command<'_>) -> Result<Reply<'_>, DatabaseError> {
        let stream = command.exec(&mut self.driver).await.map_err(error)?;
        Ok(Reply { stream, returned: false })
    }

    /// Tells the server to end what it does, and waits a little for it to say so. The connection is of no use afterwards: nobody
    /// knows how much of the answer was read.
    pub async fn cancel(mut self) {
        let _ = tokio::time::timeout(CANCELLED, self.driver.cancel_query()).await;
    }
}

/// `@P1 nvarchar(4000),@P2 int OUTPUT`
pub(super) fn declarations(arguments: &[Argument]) -> String {
    let declared = arguments.iter().enumerate().map(|(index, argument)| {
        let output = if argument.flow == Flow::Output { " OUTPUT" } else { "" };
        format!("@P{} {}{output}", index + 1, argument.declared)
    });
    declared.collect::<Vec<_>>().join(",")
}

/// What the server answers. An error of the server comes when all of it was read.
pub(super) struct Reply<'c> {
    stream: CommandStream<'c>,
    /// Whether the call is known to have come to its end: to the driver, a connection that is lost in the middle of an answer is
    /// the end of it.
    returned: bool,
}

/// The server has hung up in the middle of its answer.
pub(super) fn cut_off() -> DatabaseError {
    let message = "the connection to the database was lost in the middle of its answer";
    DatabaseError::new(ErrorKind::Unavailable, message)
}

impl Reply<'_> {
    pub async fn next(&mut self) -> Result<Option<Item>, DatabaseError> {
        let Some(item) = self.stream.try_next().await.map_err(error)? else {
            return if self.returned { Ok(None) } else { Err(cut_off()) };
        };
        Ok(Some(match item {
            CommandItem::Metadata(found) => Item::Columns(rows::columns(found.columns())),
            CommandItem::Row(row) => Item::Row(rows::row(&row)?),
            CommandItem::RowsAffected(count) => Item::Affected(count),
            CommandItem::ReturnStatus(_) => {
                self.returned = true;
                Item::Returned
            }
            CommandItem::ReturnValue(output) => {
                let number = output.name().trim_start_matches("@P").parse::<usize>().ok();
                let index = number.and_then(|number| number.checked_sub(1)).unwrap_or(usize::MAX);
                let value = rows::value(ColumnType::Null, output.data())
                    .map_err(|why| DatabaseError::new(ErrorKind::Statement, format!("an output cannot be read: {why}")))?;
                Item::Output(index, value)
            }
        }))
    }
}

/// Why there is no connection.
enum Refused {
    Io(std::io::Error),
    Elsewhere(String, u16),
    Other(tiberius::error::Error),
}

impl Refused {
    fn by(found: tiberius::error::Error) -> Self {
        match found {
            tiberius::error::Error::Routing { host, port } => Self::Elsewhere(host, port),
            other => Self::Other(other),
        }
    }

    fn error(self) -> DatabaseError {
        match self {
            Self::Io(found) => unreachable(found),
            Self::Elsewhere(host, port) => {
                let message = format!("the server sends us on a second time, to {host}:{port}");
                DatabaseError::new(ErrorKind::Unavailable, message)
            }
            Self::Other(found) => error(found),
        }
    }
}

fn unreachable(error: std::io::Error) -> DatabaseError {
    DatabaseError::new(
        ErrorKind::Unavailable,
        format!("the connection to the database failed: {error}"),
    )
}

/// What went wrong, without secrets.
fn error(error: tiberius::error::Error) -> DatabaseError {
    use tiberius::error::Error;
    match error {
        Error::Server(token) => errors::classify(token.code(), token.message()),
        Error::Conversion(why) | Error::BulkInput(why) => DatabaseError::new(ErrorKind::InvalidValue, why),
        other => DatabaseError::new(
            ErrorKind::Unavailable,
            format!("the connection to the database failed: {other}"),
        ),
    }
}
