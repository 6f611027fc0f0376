//! `helm verify`: verifies the provenance of an archive.

use std::path::Path;

use clap::{Arg, ArgMatches, Command, ValueHint};

use super::{Context, Error, flags, print};
use crate::fetch::provenance;

pub(super) fn command() -> Command {
    let path = Arg::new("path").value_name("PATH").help("Archive of a chart").value_hint(ValueHint::FilePath);
    Command::new("verify")
        .about("Verifies a signed chart")
        .override_usage("helm verify PATH [flags]")
        .arg(flags::keyring())
        .arg(path.required(true))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let keyring = flags::path_of(matches, "keyring").unwrap_or_else(|| context.settings.keyring.clone());
    let path = flags::text_of(matches, "path");
    let verified = provenance::verify_file(Path::new(&path), &keyring);
    let verified = verified.map_err(|error| Error::Message(error.to_string()))?;
    print(verified.to_string().as_bytes(), context)
}
