//! Credentials: Helm's `registry/config.json`, which has Docker's format, then Docker's own file.
//!
//! Source: <https://docs.docker.com/reference/cli/docker/login/#credential-stores>

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Error, helper};
use crate::Settings;

/// What authenticates a user. It is never printed, so it has no `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Credential {
    pub username: String,
    pub password: String,
    /// Docker's identity token, for which the token server gives access tokens.
    pub refresh_token: String,
    /// A token for the registry itself.
    pub access_token: String,
}

impl Credential {
    pub fn is_empty(&self) -> bool {
        *self == Credential::default()
    }
}

/// Where the credentials for a registry come from.
pub(super) enum Source {
    /// The command line.
    Given(Credential),
    /// Helm's file, then Docker's if it can be read.
    Stored(Vec<Store>),
}

impl Source {
    /// Reads the files. Docker's file is ignored if it cannot be read, as in Helm.
    ///
    /// # Errors
    /// Helm's file cannot be read.
    pub fn stored(settings: &Settings) -> Result<Source, Error> {
        let mut stores = vec![Store::load(&settings.registry_config)?];
        // Without a home folder, Docker's file would be one in the working directory.
        if !settings.home.as_os_str().is_empty() || settings.docker_config != Path::new(".docker") {
            stores.extend(Store::load(&settings.docker_config.join("config.json")).ok());
        }
        Ok(Source::Stored(stores))
    }

    /// Returns the credentials for a registry; empty ones if there are none.
    ///
    /// # Errors
    /// A file has no valid credentials, or a helper fails.
    pub fn get(&self, host: &str) -> Result<Credential, Error> {
        let stores = match self {
            Source::Given(credential) => return Ok(credential.clone()),
            Source::Stored(stores) => stores,
        };
        for store in stores {
            let credential = store.get(server_address(host))?;
            if !credential.is_empty() {
                return Ok(credential);
            }
        }
        Ok(Credential::default())
    }
}

/// Returns the key of a registry in a file with credentials: Docker Hub has one that is not its host.
pub(super) fn server_address(host: &str) -> &str {
    if matches!(host, "docker.io" | "registry-1.docker.io") { "https://index.docker.io/v1/" } else { host }
}

/// One file with credentials.
pub(super) struct Store {
    path: PathBuf,
    /// The whole file, so that unknown keys are kept.
    content: BTreeMap<String, Value>,
    auths: BTreeMap<String, Value>,
    /// The helper for registries that have none of their own.
    helper: String,
    /// The helpers by registry.
    helpers: BTreeMap<String, String>,
    /// The helper of the platform, if the file configures nothing.
    detected: Option<&'static str>,
}

impl Store {
    /// Reads a file. A file that does not exist, or is empty, has no credentials.
    ///
    /// # Errors
    /// The file cannot be read or has another format.
    pub fn load(path: &Path) -> Result<Store, Error> {
        let failed = |reason: String| Error::Credentials { path: path.to_owned(), reason };
        let invalid = |error: serde_json::Error| failed(format!("invalid config format: {}", without_excerpt(&error)));
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(format!("failed to open config file: {error}"))),
        };
        let mut content: BTreeMap<String, Value> = match text.trim() {
            "" => BTreeMap::new(),
            text => serde_json::from_str::<Option<_>>(text).map_err(invalid)?.unwrap_or_default(),
        };
        let auths: Option<_> = field(&mut content, "auths").map_err(invalid)?;
        let helper: Option<String> = field(&mut content, "credsStore").map_err(invalid)?;
        let helpers: Option<_> =
            content.get("credHelpers").cloned().map_or(Ok(None), serde_json::from_value).map_err(invalid)?;
        let mut store = Store {
            path: path.to_owned(),
            content,
            auths: auths.unwrap_or_default(),
            helper: helper.unwrap_or_default(),
            helpers: helpers.unwrap_or_default(),
            detected: None,
        };
        if store.auths.is_empty() && store.helper.is_empty() && store.helpers.is_empty() {
            store.detected = helper::of_platform();
        }
        Ok(store)
    }

    /// Returns the credentials for a key of the file; empty ones if there are none.
    pub fn get(&self, address: &str) -> Result<Credential, Error> {
        if let Some(helper) = self.helper(address) {
            return helper::get(helper, address);
        }
        let by_host = || self.auths.iter().find(|(key, _)| host(key) == address).map(|(_, entry)| entry);
        match self.auths.get(address).or_else(by_host) {
            Some(entry) => credential(entry).map_err(|reason| Error::Credentials { path: self.path.clone(), reason }),
            None => Ok(Credential::default()),
        }
    }

    /// Stores credentials, in the helper if one is configured.
    pub fn put(&mut self, address: &str, credential: &Credential) -> Result<(), Error> {
        if let Some(helper) = self.helper(address) {
            helper::store(helper, address, credential)?;
            if let Some(detected) = self.detected.take() {
                self.helper = detected.to_owned();
                self.save()?;
            }
            return Ok(());
        }
        if credential.username.contains(':') {
            return Err(Error::MissingCredentials {
                reason: "bad credential format: colons(:) are not allowed in username",
            });
        }
        let auth = match (&*credential.username, &*credential.password) {
            ("", "") => serde_json::json!({}),
            (username, password) => serde_json::json!({"auth": STANDARD.encode(format!("{username}:{password}"))}),
        };
        self.auths.insert(address.to_owned(), auth);
        self.save()
    }

    /// Removes credentials. It is no error if there are none.
    pub fn delete(&mut self, address: &str) -> Result<(), Error> {
        if let Some(helper) = self.helper(address) {
            return helper::erase(helper, address);
        }
        if self.auths.remove(address).is_none() {
            return Ok(());
        }
        self.save()
    }

    fn helper(&self, address: &str) -> Option<&str> {
        let own = self.helpers.get(address).map(String::as_str).filter(|name| !name.is_empty());
        own.or(Some(&*self.helper).filter(|name| !name.is_empty())).or(self.detected)
    }

    /// Replaces the file at once; only its owner can read it.
    fn save(&self) -> Result<(), Error> {
        let failed = |error: std::io::Error| Error::Credentials {
            path: self.path.clone(),
            reason: format!("failed to save config file: {error}"),
        };
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        create_private_folder(folder).map_err(failed)?;
        let mut file = tempfile::Builder::new().prefix(".config-").tempfile_in(folder).map_err(failed)?;
        file.write_all(&self.text()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// The file as Helm writes it: keys in order, indented with tabs.
    fn text(&self) -> Vec<u8> {
        let mut content = self.content.clone();
        if !self.helper.is_empty() {
            content.insert("credsStore".to_owned(), self.helper.clone().into());
        }
        content.insert("auths".to_owned(), Value::Object(self.auths.clone().into_iter().collect()));
        let mut out = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
        let mut writer = serde_json::Serializer::with_formatter(&mut out, formatter);
        let _ = serde::Serialize::serialize(&content, &mut writer);
        out
    }
}

/// Takes a key out of the file.
fn field<T: serde::de::DeserializeOwned>(
    content: &mut BTreeMap<String, Value>,
    name: &str,
) -> Result<Option<T>, serde_json::Error> {
    content.remove(name).map_or(Ok(None), serde_json::from_value)
}

/// Returns where a JSON text is wrong, without what is there: it may be a secret.
fn without_excerpt(error: &serde_json::Error) -> String {
    format!("line {} column {}", error.line(), error.column())
}

/// Reads one entry of `auths`.
fn credential(entry: &Value) -> Result<Credential, String> {
    let text = |name: &str| match entry.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("failed to unmarshal auth field: invalid config format: `{name}` must be a string")),
    };
    if !(entry.is_object() || entry.is_null()) {
        return Err("failed to unmarshal auth field: invalid config format: must be an object".to_owned());
    }
    let mut credential = Credential {
        username: text("username")?,
        password: text("password")?,
        refresh_token: text("identitytoken")?,
        access_token: text("registrytoken")?,
    };
    let auth = text("auth")?;
    if !auth.is_empty() {
        let decoded = STANDARD.decode(&auth).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
        let (username, password) =
            pair.ok_or("failed to decode auth field: invalid config format: expected base64 of `username:password`")?;
        (credential.username, credential.password) = (username.to_owned(), password.to_owned());
    }
    Ok(credential)
}

/// Returns the host of a key, which may be a URL.
fn host(key: &str) -> &str {
    let key = key.strip_prefix("http://").unwrap_or(key);
    let key = key.strip_prefix("https://").unwrap_or(key);
    key.split('/').next().unwrap_or_default()
}

/// Creates a folder that only its owner can enter.
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
