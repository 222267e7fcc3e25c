//! Why the service cannot start, and what to do about it.

use std::path::PathBuf;

/// A reason not to start, for people.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody else listens on the port.
    #[error(
        "port {port} of 127.0.0.1 is taken.\nStop the other program, or choose another port: cargo run -- {option} {}",
        way_out(option)
    )]
    PortTaken {
        /// The port that was asked for.
        port: u16,
        /// The option that chooses another.
        option: &'static str,
    },
    /// The port cannot be used for another reason, such as a missing right.
    #[error("port {port} of 127.0.0.1 cannot be used ({cause}).\nChoose another port: cargo run -- --port 0")]
    PortUnusable {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The data folder cannot be made, read or written.
    #[error("the data folder {} cannot be used ({cause}).\nCheck its rights, or choose another: cargo run -- --data DIR", path.display())]
    FolderUnusable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Another run uses the folder.
    #[error("another Carillon is running on the data folder {}.\nStop it, or choose another folder: cargo run -- --data DIR --port 0", path.display())]
    FolderInUse {
        /// The folder.
        path: PathBuf,
    },
    /// The database was written by an earlier build, whose items this one does not read.
    #[error("the data in {} is of an earlier version, which this one cannot read.\nStart anew, which forgets it: cargo run -- --fresh\nor keep it and choose another folder: cargo run -- --data DIR", path.display())]
    DataOutdated {
        /// The folder.
        path: PathBuf,
    },
    /// The database file is not one, or is damaged.
    #[error("the data in {} is damaged ({cause}).\nStart anew, which forgets it: cargo run -- --fresh", path.display())]
    DataDamaged {
        /// The folder.
        path: PathBuf,
        /// What the database says.
        cause: String,
    },
}

/// Any free port does for the gateway; the others are also told to the functions.
fn way_out(option: &str) -> &'static str {
    if option == "--port" { "0" } else { "N,\nand name it in [workspace.metadata.lambda.env] of Cargo.toml" }
}
