//! Volume sources of storage systems: iSCSI, Fibre Channel, Azure, Flocker, Quobyte and StorageOS.

use k8s_openapi::api::core::v1::{
    AzureDiskVolumeSource, FCVolumeSource, FlockerVolumeSource, ISCSIVolumeSource, QuobyteVolumeSource,
    StorageOSVolumeSource,
};

use super::super::common::{list, required_text, text, within};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

/// The area of the rules below.
const AREA: &str = "volume";

rules!(
    /// `iscsi` requires a `targetPortal` and an `iqn` that starts with `iqn`, `eui` or `naa`; `lun` must be between 0
    /// and 255. CHAP authentication requires `secretRef`.
    ///
    /// Example: `iscsi: {targetPortal: "10.0.0.1:3260", iqn: disk, lun: 0}, emptyDir: null`
    ///
    /// Source: `validateISCSIVolumeSource`, pkg/apis/core/validation/validation.go
    pub(super) fn iscsi(report: &mut Report<'_>, at: &Path<'_>, source: &ISCSIVolumeSource, volume: &str) {
        required_text(report, &at.field("targetPortal"), &source.target_portal, "set the address of the portal");
        required_text(report, &at.field("iqn"), &source.iqn, "set the qualified name of the target");
        if !source.iqn.is_empty() {
            report.require(&at.field("iqn"), qualified_name(&source.iqn));
        }
        within(report, &at.field("lun"), source.lun, 0, 255);
        let authenticates = source.chap_auth_discovery == Some(true) || source.chap_auth_session == Some(true);
        if authenticates && source.secret_ref.is_none() {
            report.required(&at.field("secretRef"), "CHAP authentication requires a Secret");
        }
        if let Some(initiator) = &source.initiator_name {
            report.require_in(&at.field("initiatorname"), &at.field("initiatorName"), qualified_name(initiator));
            if volume.len() + 1 + source.target_portal.len() > 64 {
                let rule = "must be at most 63 characters together with `targetPortal` when `initiatorName` is set";
                report.error(&at.sibling("name"), rule);
            }
        }
    },

    /// `fc` requires exactly one of `targetWWNs` and `wwids`; `targetWWNs` require a `lun` between 0 and 255.
    ///
    /// Example: `fc: {readOnly: true}, emptyDir: null`
    ///
    /// Source: `validateFCVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn fibre_channel(report: &mut Report<'_>, at: &Path<'_>, source: &FCVolumeSource) {
        let (targets, ids) = (list(&source.target_wwns), list(&source.wwids));
        if targets.is_empty() && ids.is_empty() {
            report.required(&at.field("targetWWNs"), "set one of `targetWWNs` and `wwids`");
        }
        if !targets.is_empty() && !ids.is_empty() {
            report.error(&at.field("targetWWNs"), "`targetWWNs` and `wwids` are mutually exclusive");
        }
        match source.lun {
            None if !targets.is_empty() => report.required(&at.field("lun"), "`targetWWNs` require a `lun`"),
            Some(lun) if !targets.is_empty() => within(report, &at.field("lun"), lun, 0, 255),
            _ => {}
        }
    },

    /// `azureDisk` requires `diskName` and `diskURI`. `cachingMode` must be `None`, `ReadOnly` or `ReadWrite`, and
    /// `kind` `Shared`, `Dedicated` or `Managed`. `diskURI` must start with `/subscriptions/` for `Managed`, and
    /// otherwise with `https://`.
    ///
    /// Source: `validateAzureDisk`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn azure_disk(report: &mut Report<'_>, at: &Path<'_>, source: &AzureDiskVolumeSource) {
        required_text(report, &at.field("diskName"), &source.disk_name, "set the name of the disk");
        required_text(report, &at.field("diskURI"), &source.disk_uri, "set the URI of the disk");
        if let Some(mode) = &source.caching_mode {
            report.one_of(&at.field("cachingMode"), mode, &["None", "ReadOnly", "ReadWrite"]);
        }
        let kind = source.kind.as_deref().unwrap_or("Shared");
        report.one_of(&at.field("kind"), kind, &["Dedicated", "Managed", "Shared"]);
        let start = if kind == "Managed" { "/subscriptions/" } else { "https://" };
        if !source.disk_uri.starts_with(start) {
            report.error(&at.field("diskURI"), format_args!("must start with `{start}` for kind `{kind}`"));
        }
    },

    /// `flocker` requires exactly one of `datasetName`, which must not contain `/`, and `datasetUUID`.
    ///
    /// Example: `flocker: {datasetName: a/b}, emptyDir: null`
    ///
    /// Source: `validateFlockerVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn flocker(report: &mut Report<'_>, at: &Path<'_>, source: &FlockerVolumeSource) {
        let (name, uuid) = (text(&source.dataset_name), text(&source.dataset_uuid));
        if name.is_empty() && uuid.is_empty() {
            report.required(at, "set one of `datasetName` and `datasetUUID`");
        }
        if !name.is_empty() && !uuid.is_empty() {
            report.error(at, "`datasetName` and `datasetUUID` are mutually exclusive");
        }
        if name.contains('/') {
            report.error(&at.field("datasetName"), format_args!("{name:?} must not contain `/`"));
        }
    },

    /// `quobyte` requires a `volume` and a `registry` of comma-separated `host:port` pairs; `tenant` must be at most 64
    /// characters.
    ///
    /// Example: `quobyte: {registry: quobyte, volume: data}, emptyDir: null`
    ///
    /// Source: `validateQuobyteVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn quobyte(report: &mut Report<'_>, at: &Path<'_>, source: &QuobyteVolumeSource) {
        if source.registry.is_empty() {
            report.required(&at.field("registry"), "set comma-separated `host:port` pairs");
        } else if text(&source.tenant).len() > 64 {
            report.error(&at.field("tenant"), "must be at most 64 characters");
        } else if !source.registry.split(',').all(is_host_and_port) {
            report.error(
                &at.field("registry"),
                format_args!("{:?} must be comma-separated `host:port` pairs", source.registry),
            );
        }
        required_text(report, &at.field("volume"), &source.volume, "set the name of the volume");
    },

    /// `storageos` requires a `volumeName`, which must be a DNS label like `volumeNamespace`; `secretRef` requires a
    /// `name`.
    ///
    /// Example: `storageos: {volumeName: Data_1}, emptyDir: null`
    ///
    /// Source: `validateStorageOSVolumeSource`, pkg/apis/core/validation/validation.go
    pub(super) fn storageos(report: &mut Report<'_>, at: &Path<'_>, source: &StorageOSVolumeSource) {
        let (name, namespace) = (text(&source.volume_name), text(&source.volume_namespace));
        if name.is_empty() {
            report.required(&at.field("volumeName"), "set the name of the volume");
        } else {
            report.require(&at.field("volumeName"), dns_label(name));
        }
        if !namespace.is_empty() {
            report.require(&at.field("volumeNamespace"), dns_label(namespace));
        }
        if let Some(secret) = &source.secret_ref {
            required_text(report, &at.field("secretRef.name"), &secret.name, "set the name of the Secret");
        }
    }
);

/// Validates a qualified name of iSCSI: <https://datatracker.ietf.org/doc/html/rfc3720#section-3.2.6>.
pub(in super::super) fn qualified_name(name: &str) -> Result<(), String> {
    let alphanumeric =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let skipped = |text: &str| text.chars().next().map(|first| first.len_utf8());
    let is_right = match name.get(..3) {
        Some("iqn") => is_iqn(name),
        // Any character is allowed as the separator.
        Some(start @ ("eui" | "naa")) => {
            let rest = &name[3..];
            let length = if start == "eui" { 16 } else { 32 };
            skipped(rest).is_some_and(|skip| alphanumeric(&rest[skip..], length))
        }
        _ => return Err(format!("{name:?} must start with `iqn`, `eui` or `naa`")),
    };
    if is_right {
        Ok(())
    } else {
        Err(format!("{name:?} is not a valid qualified name such as `iqn.2001-04.com.example:disk`"))
    }
}

/// Whether a name ends with `iqn.yyyy-mm.domain:name`.
fn is_iqn(name: &str) -> bool {
    name.match_indices("iqn.").any(|(at, start)| {
        let rest = &name[at + start.len()..];
        let Some((date, rest)) = rest.split_at_checked(8).filter(|(date, _)| date.is_ascii()) else { return false };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_date = digits(&date[..4]) && date[4..5] == *"-" && digits(&date[5..7]) && date.ends_with('.');
        let Some((domain, tail)) = rest.split_once(':') else { return false };
        is_date
            && !domain.is_empty()
            && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
            && !tail.is_empty()
            && !tail.contains(|c: char| "^,;*&$|".contains(c) || c.is_ascii_whitespace())
    })
}

fn is_host_and_port(pair: &str) -> bool {
    match pair.rsplit_once(':') {
        Some((host, _)) if host.starts_with('[') => host.ends_with(']'),
        Some((host, _)) => !host.contains(':'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iscsi_names() {
        for good in ["iqn.2001-04.com.example:disk", "eui.0123456789abcdef", "naa.62004567BA64678D0123456789ABCDEF"] {
            assert!(qualified_name(good).is_ok(), "{good}");
        }
        for bad in [
            "iqn.2001.com:x",
            "iqn.2001-04.com.example",
            "eui.1",
            "com.example",
            "iqn.2001-04.com.example:a b",
            "iqn",
            "iqn.20€1-04",
        ] {
            assert!(qualified_name(bad).is_err(), "{bad}");
        }
    }
}
