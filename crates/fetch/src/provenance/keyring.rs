//! Keyrings: keys with their user ids and subkeys, and who of them made a signature.
//!
//! Source: RFC 4880, section 11.

use super::Error;
use super::armor;
use super::key::PublicKey;
use super::packet::{PUBLIC_KEY, PUBLIC_SUBKEY, Reader, SECRET_KEY, SECRET_SUBKEY, SIGNATURE, USER_ID};
use super::secret::{Secret, SecretKey};
use super::signature::{
    BACK, BINARY, CERTIFICATION_REVOCATION, CERTIFICATIONS, KEY_REVOCATION, SUBKEY, SUBKEY_REVOCATION, Signature, TEXT,
};

/// The flag of keys that may sign data.
const MAY_SIGN: u8 = 2;

/// Keys.
pub(super) struct Keyring(Vec<Entity>);

/// A primary key with everything that belongs to it.
pub(super) struct Entity {
    pub key: PublicKey,
    secret: Option<SecretKey>,
    users: Vec<User>,
    subkeys: Vec<Subkey>,
    is_revoked: bool,
}

/// A user id that the key has certified.
struct User {
    name: String,
    signature: Option<Signature>,
    is_revoked: bool,
}

/// A subkey that the primary key has bound.
struct Subkey {
    key: PublicKey,
    signature: Option<Signature>,
    is_revoked: bool,
}

impl Keyring {
    /// Reads a keyring, which may be armored.
    ///
    /// # Errors
    /// Data that are not packets. Keys of other versions are left out.
    pub(super) fn read(data: &[u8]) -> Result<Keyring, Error> {
        let decoded = std::str::from_utf8(data).ok().and_then(|text| armor::decode(text.trim_start()));
        let mut reader = Reader(decoded.as_deref().unwrap_or(data));
        let mut entities: Vec<Entity> = Vec::new();
        // Whether the packets belong to a key that is left out.
        let mut is_skipped = true;
        while !reader.is_empty() {
            let packet = reader.packet()?;
            match packet.kind {
                PUBLIC_KEY | SECRET_KEY => {
                    let entity = Entity::read(packet.body, packet.kind == SECRET_KEY);
                    is_skipped = entity.is_err();
                    entities.extend(entity);
                }
                _ if is_skipped => {}
                kind => {
                    if let Some(entity) = entities.last_mut() {
                        entity.add(kind, packet.body);
                    }
                }
            }
        }
        Ok(Keyring(entities))
    }

    /// Finds the key to sign with: one with exactly this user id, or the only one whose user id contains it.
    ///
    /// # Errors
    /// Several keys contain the id.
    pub(super) fn find(&self, id: &str) -> Result<Option<&Entity>, Error> {
        if let Some(exact) = self.0.iter().find(|entity| entity.names().any(|name| name == id)) {
            return Ok(Some(exact));
        }
        let mut matching = self.0.iter().flat_map(|entity| entity.names().map(move |name| (entity, name)));
        let first = matching.find(|(_, name)| name.contains(id));
        if matching.any(|(_, name)| name.contains(id)) {
            return Err(Error(format!("more than one key contain the id {id:?}")));
        }
        Ok(first.map(|(entity, _)| entity))
    }

    /// Verifies the signatures in `packets` over `data`. Returns the key of the first one that is known.
    ///
    /// # Errors
    /// No signature by a known key; a wrong, expired or revoked one.
    pub(super) fn check(&self, data: &[u8], packets: &[u8], now: u64) -> Result<&Entity, Error> {
        let mut reader = Reader(packets);
        while !reader.is_empty() {
            let packet = reader.packet()?;
            if packet.kind != SIGNATURE {
                return Err(Error::new("openpgp: invalid data: non signature packet found"));
            }
            let signature = Signature::read(packet.body)?;
            let Some(issuer) = signature.issuer else {
                return Err(Error::new("openpgp: invalid data: signature doesn't have an issuer"));
            };
            let candidates: Vec<_> = self.0.iter().flat_map(|entity| entity.signing_keys(issuer)).collect();
            if candidates.is_empty() {
                continue;
            }
            if !matches!(signature.kind, BINARY | TEXT) {
                return Err(Error(format!(
                    "openpgp: unsupported feature: unsupported signature type: {}",
                    signature.kind
                )));
            }
            if !signature.is_secure() {
                return Err(Error::new("openpgp: invalid signature: insecure message hash algorithm: SHA-1"));
            }
            let mut failed = None;
            for (entity, subkey) in candidates {
                let key = subkey.map_or(&entity.key, |subkey| &subkey.key);
                match signature.verify(&[data], key) {
                    Ok(()) => return entity.check_details(subkey, &signature, now).map(|()| entity),
                    Err(error) => failed = Some(error),
                }
            }
            return Err(failed.unwrap_or_else(unknown));
        }
        Err(unknown())
    }
}

fn unknown() -> Error {
    Error::new("openpgp: signature made by unknown entity")
}

impl Entity {
    fn read(body: &[u8], is_secret: bool) -> Result<Entity, Error> {
        let (key, rest) = PublicKey::read(body)?;
        let secret = if is_secret { Some(SecretKey::new(rest.0)) } else { None };
        Ok(Entity { key, secret, users: Vec::new(), subkeys: Vec::new(), is_revoked: false })
    }

    /// Adds a packet behind the key. What cannot be read is left out.
    fn add(&mut self, kind: u8, body: &[u8]) {
        match kind {
            USER_ID => {
                let name = String::from_utf8_lossy(body).into_owned();
                self.users.push(User { name, signature: None, is_revoked: false });
            }
            PUBLIC_SUBKEY | SECRET_SUBKEY => {
                if let Ok((key, _)) = PublicKey::read(body) {
                    self.subkeys.push(Subkey { key, signature: None, is_revoked: false });
                }
            }
            SIGNATURE => {
                if let Ok(signature) = Signature::read(body) {
                    self.add_signature(signature);
                }
            }
            _ => {}
        }
    }

    /// Adds a signature by the key itself, if it is valid. Those of other keys do not matter here.
    fn add_signature(&mut self, signature: Signature) {
        let key = self.key.hashed();
        let newer = |known: &Option<Signature>| known.as_ref().is_none_or(|known| known.created <= signature.created);
        match (signature.kind, self.subkeys.last_mut(), self.users.last_mut()) {
            (KEY_REVOCATION, ..) => self.is_revoked |= signature.verify(&[&key], &self.key).is_ok(),
            (SUBKEY | SUBKEY_REVOCATION, Some(subkey), _) => {
                let data = [&*key, &subkey.key.hashed()];
                if signature.verify(&data, &self.key).is_err() {
                    return;
                }
                if signature.kind == SUBKEY_REVOCATION {
                    subkey.is_revoked = true;
                } else if newer(&subkey.signature) && is_bound_back(&signature, &data, &subkey.key) {
                    subkey.signature = Some(signature);
                }
            }
            (kind, None, Some(user)) if CERTIFICATIONS.contains(&kind) || kind == CERTIFICATION_REVOCATION => {
                let length = u32::try_from(user.name.len()).unwrap_or_default();
                let name = [&[0xB4][..], &length.to_be_bytes(), user.name.as_bytes()].concat();
                if signature.verify(&[&key, &name], &self.key).is_err() {
                    return;
                }
                if kind == CERTIFICATION_REVOCATION {
                    user.is_revoked = true;
                } else if newer(&user.signature) {
                    user.signature = Some(signature);
                }
            }
            _ => {}
        }
    }

    /// Returns the user ids that the key has certified.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.users.iter().filter(|user| user.signature.is_some()).map(|user| user.name.as_str())
    }

    pub(super) fn fingerprint(&self) -> String {
        self.key.fingerprint().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// Unlocks the secret key. `passphrase` is called with the name of the key if it is locked.
    pub(super) fn unlock(&self, passphrase: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>) -> Result<Secret, Error> {
        let text = "provided key is not a private key. Try providing a keyring with secret keys";
        let secret = self.secret.as_ref().ok_or_else(|| Error::new(text))?;
        let name = self.names().next().unwrap_or("Unknown");
        secret.unlock(&self.key, &mut || passphrase(name).map_err(Error))
    }

    /// Returns the user whose certification describes the key: the one marked as primary, or the newest.
    fn primary_user(&self) -> Option<(&User, &Signature)> {
        let users = self.users.iter().filter_map(|user| Some((user, user.signature.as_ref()?)));
        users.max_by_key(|(user, signature)| (!user.is_revoked, signature.is_primary, signature.created))
    }

    /// Returns the keys with an id that may sign data: the primary key as `None`.
    fn signing_keys(&self, id: [u8; 8]) -> impl Iterator<Item = (&Entity, Option<&Subkey>)> {
        let may_sign = |signature: &Signature| signature.flags.is_none_or(|flags| flags & MAY_SIGN != 0);
        let is_primary = self.key.id() == id && self.primary_user().is_some_and(|(_, signature)| may_sign(signature));
        let subkeys = self
            .subkeys
            .iter()
            .filter(move |subkey| subkey.key.id() == id && subkey.signature.as_ref().is_some_and(may_sign));
        is_primary.then_some((self, None)).into_iter().chain(subkeys.map(move |subkey| (self, Some(subkey))))
    }

    /// Checks that neither the key nor the signature was revoked or has expired.
    fn check_details(&self, subkey: Option<&Subkey>, signature: &Signature, now: u64) -> Result<(), Error> {
        let (user, own) = self.primary_user().ok_or_else(unknown)?;
        let bound = subkey.and_then(|subkey| subkey.signature.as_ref());
        let back = bound.and_then(|bound| bound.embedded.as_deref());
        let signatures: Vec<&Signature> = [signature, own].into_iter().chain(bound).chain(back).collect();
        if let Some(name) = signatures.iter().find_map(|signature| signature.critical.as_ref()) {
            return Err(Error(format!("openpgp: invalid signature: unknown critical notation: {name}")));
        }
        if self.is_revoked || user.is_revoked || subkey.is_some_and(|subkey| subkey.is_revoked) {
            return Err(Error::new("openpgp: signature made by revoked key"));
        }
        let is_expired = |key: &PublicKey, signature: &Signature| {
            let end = u64::from(key.created) + u64::from(signature.key_lifetime);
            u64::from(key.created) > now || (signature.key_lifetime != 0 && now > end)
        };
        let subkey_expired = subkey.zip(bound).is_some_and(|(subkey, bound)| is_expired(&subkey.key, bound));
        if is_expired(&self.key, own) || subkey_expired {
            return Err(Error::new("openpgp: key expired"));
        }
        if signatures.iter().any(|signature| signature.is_expired(now)) {
            return Err(Error::new("openpgp: signature expired"));
        }
        Ok(())
    }
}

/// Returns whether a subkey that may sign has signed its primary key: another key could otherwise adopt it.
fn is_bound_back(signature: &Signature, data: &[&[u8]], subkey: &PublicKey) -> bool {
    if signature.flags.is_some_and(|flags| flags & MAY_SIGN == 0) {
        return true;
    }
    let back = signature.embedded.as_deref().filter(|back| back.kind == BACK);
    back.is_some_and(|back| back.verify(data, subkey).is_ok())
}
