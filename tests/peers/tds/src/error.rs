//! SQL Server's errors: number, class, state, words.

/// What an error ends besides its own statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Nothing: the batch goes on.
    Statement,
    /// The batch; a transaction stays open.
    Batch,
    /// The batch and the transaction.
    Transaction,
    /// Everything: the server hangs up.
    Connection,
}

/// An error as a client sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerError {
    pub number: i32,
    /// 11 to 16 are the client's, 17 and more the server's, 20 and more end the connection.
    pub class: u8,
    pub state: u8,
    pub message: String,
    /// The procedure that it happened in.
    pub procedure: String,
    /// The line of the batch or procedure, from 1.
    pub line: u32,
    pub ends: Ends,
}

/// The number of what the peer itself can't do. SQL Server has no errors of its own from 50,000 on.
pub const PEER_CANNOT: i32 = 59_999;

impl ServerError {
    pub fn new(number: i32, class: u8, message: impl Into<String>) -> Self {
        Self {
            number,
            class,
            state: 1,
            message: message.into(),
            procedure: String::new(),
            line: 1,
            ends: if class >= 20 { Ends::Connection } else { Ends::Statement },
        }
    }

    pub fn state(mut self, state: u8) -> Self {
        self.state = state;
        self
    }

    pub fn ends(mut self, ends: Ends) -> Self {
        self.ends = ends;
        self
    }

    /// What a real server can do and this one can't.
    pub fn cannot(what: impl std::fmt::Display) -> Self {
        Self::new(PEER_CANNOT, 16, format!("The peer of the tests does not know {what}.")).ends(Ends::Batch)
    }

    /// 18456. Why is for the log of a real server alone.
    pub fn login_failed(user: &str) -> Self {
        Self::new(18_456, 14, format!("Login failed for user '{user}'.")).ends(Ends::Connection)
    }

    /// 4060
    pub fn no_database(name: &str) -> Self {
        let message = format!("Cannot open database \"{name}\" requested by the login. The login failed.");
        Self::new(4060, 11, message).ends(Ends::Connection)
    }

    /// 102
    pub fn syntax(detail: impl std::fmt::Display) -> Self {
        Self::new(102, 15, format!("Incorrect syntax: {detail}.")).ends(Ends::Batch)
    }

    /// 208
    pub fn no_object(name: &str) -> Self {
        Self::new(208, 16, format!("Invalid object name '{name}'.")).ends(Ends::Batch)
    }

    /// 207
    pub fn no_column(name: &str) -> Self {
        Self::new(207, 16, format!("Invalid column name '{name}'.")).ends(Ends::Batch)
    }

    /// 137
    pub fn undeclared(name: &str) -> Self {
        Self::new(137, 15, format!("Must declare the scalar variable \"{name}\"."))
            .state(2)
            .ends(Ends::Batch)
    }

    /// 2812
    pub fn no_procedure(name: &str) -> Self {
        Self::new(2812, 16, format!("Could not find stored procedure '{name}'.")).state(62)
    }

    /// 229
    pub fn denied(permission: &str, object: &str, database: &str) -> Self {
        let message =
            format!("The {permission} permission was denied on the object '{object}', database '{database}', schema 'dbo'.");
        Self::new(229, 14, message).state(5).ends(Ends::Batch)
    }

    /// 1205
    pub fn deadlock(process: u16) -> Self {
        let message = format!(
            "Transaction (Process ID {process}) was deadlocked on lock resources with another process and has been chosen as the \
             deadlock victim. Rerun the transaction."
        );
        Self::new(1205, 13, message).state(51).ends(Ends::Transaction)
    }

    /// 3960
    pub fn snapshot_conflict(table: &str) -> Self {
        let message = format!(
            "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot isolation to access table 'dbo.{table}' \
             directly or indirectly to update, delete, or insert the row that has been modified or deleted by another transaction. Retry \
             the transaction or change the isolation level for the update/delete statement."
        );
        Self::new(3960, 16, message).state(2).ends(Ends::Transaction)
    }

    /// 1222
    pub fn lock_timeout() -> Self {
        Self::new(1222, 16, "Lock request time out period exceeded.").state(51)
    }

    /// 4002
    pub fn stream(detail: impl std::fmt::Display) -> Self {
        let message = format!("The incoming tabular data stream (TDS) protocol stream is incorrect: {detail}.");
        Self::new(4002, 16, message).ends(Ends::Connection)
    }
}

impl std::fmt::Display for ServerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}, level {}, state {}: {}",
            self.number, self.class, self.state, self.message
        )
    }
}

impl std::error::Error for ServerError {}
