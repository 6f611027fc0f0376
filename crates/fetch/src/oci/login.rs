//! Stores and removes credentials: `helm registry login` and `logout`.

use super::answer::unexpected;
use super::credentials::{self, Credential, Source, Store};
use super::session::Session;
use super::{Error, reference};
use crate::Settings;
use crate::http::limits::MAX_ANSWER_BYTES;
use crate::http::{Client, Connection, HttpRequest};

pub(super) fn login(settings: &Settings, connection: &Connection, host: &str) -> Result<(), Error> {
    let mut store = Store::load(&settings.registry_config)?;
    reference::check_registry(host)?;
    let credential = Credential {
        username: connection.username.clone(),
        password: connection.password.clone(),
        ..Credential::default()
    };
    check(settings, connection, host, &credential)
        .map_err(|cause| Error::Login { host: host.to_owned(), cause: Box::new(cause) })?;
    store.put(credentials::server_address(host), &credential)
}

/// Asks the registry for its base address with the credentials: with a password grant first, then in the usual way.
///
/// Source: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support>
fn check(settings: &Settings, connection: &Connection, host: &str, credential: &Credential) -> Result<(), Error> {
    let client = Client::new(settings, connection)?;
    let source = Source::Given(credential.clone());
    let mut session = Session::new(client, connection.plain_http, host, source, Vec::new());
    session.password_grant = true;
    if ping(&session).is_ok() {
        return Ok(());
    }
    session.password_grant = false;
    ping(&session)
}

fn ping(session: &Session) -> Result<(), Error> {
    let url = session.url("/v2/");
    let answer = session.send(&HttpRequest::get(&url, MAX_ANSWER_BYTES))?;
    if answer.status == 200 { Ok(()) } else { Err(unexpected("GET", &url, &answer)) }
}

pub(super) fn logout(settings: &Settings, host: &str) -> Result<(), Error> {
    let mut store = Store::load(&settings.registry_config)?;
    let failed = |cause| Error::Logout { host: host.to_owned(), cause: Box::new(cause) };
    store.delete(credentials::server_address(host)).map_err(failed)
}
