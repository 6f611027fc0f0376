//! The syntax of single values: names, labels, quantities, images, ports. One function a rule; each gives the rule as
//! its error.

mod cidr;
mod cron;
mod domain;
mod duration;
mod image;
mod key;
mod label;
mod name;
mod network;
mod quantity;
mod version;

pub(crate) use cidr::any_cidr;
pub use cidr::{canonical_cidr, canonical_ip, cidr, reachable};
pub use cron::{cron_schedule, time_zone};
pub use domain::{domain_of, domain_path, full_domain, wildcard_subdomain};
pub(crate) use duration::go_duration;
pub use image::image;
pub use key::config_key;
pub use label::{annotation_key, label_key, label_value};
pub use name::{dns_1035_label, dns_label, dns_subdomain, env_name, path_segment, service_name, signer_name};
pub use network::{header_name, ip, port_name};
pub use quantity::{Quantity, quantity};
pub use version::semantic_version;

/// A port that a process can listen on.
///
/// # Errors
///
/// The rule, if `port` is not between 1 and 65535.
pub fn port(port: i64) -> Result<(), String> {
    if (1..=65535).contains(&port) { Ok(()) } else { Err(format!("{port} is not a port: 1 to 65535")) }
}
