//! `MKMANIFESTS_CHECK`: validates what `helm template` renders, and finds unused values.

use super::{Console, Error};
use crate::chart::{HelmOutput, Request, UnusedValues};
use crate::diagnostic::Failure;

/// The variable that turns the checks on.
const VARIABLE: &str = "MKMANIFESTS_CHECK";

/// What to do about invalid objects and unused values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checking {
    /// Nothing: as Helm.
    Off,
    /// Report them on stderr.
    Warn,
    /// Report them, and fail without output.
    Error,
}

impl Checking {
    /// Reads the variable.
    pub fn from_environment() -> Result<Checking, Error> {
        match std::env::var(VARIABLE).as_deref() {
            Err(_) | Ok("" | "off") => Ok(Checking::Off),
            Ok("warn") => Ok(Checking::Warn),
            Ok("error") => Ok(Checking::Error),
            Ok(other) => Err(Error::Message(format!("{VARIABLE} must be off, warn or error, not {other:?}"))),
        }
    }

    /// Returns the request that also checks.
    pub fn request(self, request: &Request) -> Option<Request> {
        let unused_values = match self {
            Checking::Off => return None,
            Checking::Warn => UnusedValues::Warn,
            Checking::Error => UnusedValues::Deny,
        };
        Some(Request { unused_values, check: true, ..request.clone() })
    }

    /// Reports what the checks found.
    pub fn report(self, verdict: Result<HelmOutput, Failure>, console: &mut Console<'_>) -> Result<(), Error> {
        match verdict {
            Ok(checked) => {
                console.report(&checked.warnings, &checked.sources);
                Ok(())
            }
            Err(failure) => {
                console.fail(&failure);
                match self {
                    Checking::Error => Err(Error::Reported),
                    Checking::Warn | Checking::Off => Ok(()),
                }
            }
        }
    }
}
