//! Servers on loopback, and charts to serve.

pub mod archive;
pub mod server;

use std::path::Path;
use std::time::Duration;

use mkmanifests_fetch::http::{Client, Connection, Timeouts};
use mkmanifests_fetch::{Fetcher, Options, Settings};

/// Returns settings whose files are all below a folder.
pub fn settings(folder: &Path) -> Settings {
    let folder = folder.to_owned();
    Settings::new(move |name| match name {
        "HELM_CACHE_HOME" => Some(folder.join("cache").into()),
        "HELM_CONFIG_HOME" => Some(folder.join("config").into()),
        "HELM_DATA_HOME" => Some(folder.join("data").into()),
        "HOME" => Some(folder.join("home").into()),
        _ => None,
    })
}

/// Returns a fetcher whose files are all below a folder.
pub fn fetcher(folder: &Path) -> Fetcher {
    Fetcher::new(settings(folder), Options::default())
}

/// Returns a fetcher that uses only the cache below a folder.
pub fn offline(folder: &Path) -> Fetcher {
    Fetcher::new(settings(folder), Options { offline: true })
}

/// Returns a client that loses patience soon.
pub fn client() -> Client {
    client_for(&Connection::default())
}

/// Returns a client that loses patience soon.
pub fn client_for(connection: &Connection) -> Client {
    let timeouts = Timeouts {
        connect: Duration::from_secs(20),
        stall: Duration::from_millis(300),
        total: Duration::from_secs(2),
        pause: Duration::from_millis(1),
    };
    Client::with_timeouts(&settings(Path::new("/nowhere")), connection, timeouts).expect("a client")
}
