//! Errors at start, with their remedies.

use std::path::PathBuf;

/// An error at start, for people.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process listens on the port.
    #[error(
        "port {port} of 127.0.0.1 is taken.\nStop the other program, or choose another port: cargo run -- {option} {}",
        way_out(option)
    )]
    PortTaken {
        port: u16,
        /// The option for another port.
        option: &'static str,
    },
    /// Another error of the port, such as a missing permission.
    #[error("port {port} of 127.0.0.1 cannot be used ({cause}).\nChoose another port: cargo run -- --port 0")]
    PortUnusable { port: u16, cause: std::io::Error },
    /// The data folder cannot be created, read or written.
    #[error("the data folder {} cannot be used ({cause}).\nCheck its rights, or choose another: cargo run -- --data DIR", path.display())]
    FolderUnusable { path: PathBuf, cause: std::io::Error },
    /// Another run uses the folder.
    #[error("another Carillon is running on the data folder {}.\nStop it, or choose another folder: cargo run -- --data DIR --port 0", path.display())]
    FolderInUse { path: PathBuf },
    /// The database is of an earlier build with other items.
    #[error("the data in {} has the format of an earlier version.\nDelete it: cargo run -- --fresh\nor choose another folder: cargo run -- --data DIR", path.display())]
    DataOutdated { path: PathBuf },
    /// The database file is damaged, or is none.
    #[error("the data in {} is damaged ({cause}).\nDelete it: cargo run -- --fresh", path.display())]
    DataDamaged { path: PathBuf, cause: String },
}

/// The gateway may use any free port; the functions must know the other ports.
fn way_out(option: &str) -> &'static str {
    if option == "--port" { "0" } else { "N,\nand name it in [workspace.metadata.lambda.env] of Cargo.toml" }
}
