//! How much a server may send, and how long it may take.

use std::time::Duration;

/// The most bytes of an `index.yaml`: 128 MiB. The largest public indexes have about 20 MB.
pub const MAX_INDEX_BYTES: u64 = 128 << 20;

/// The most bytes of an archive: 100 MiB, the limit for an unpacked chart too.
pub const MAX_ARCHIVE_BYTES: u64 = mkmanifests_chart::limits::MAX_CHART_BYTES;

/// The most bytes of a provenance file: 5 MiB, since it contains `Chart.yaml`, a file of a chart.
pub const MAX_PROVENANCE_BYTES: u64 = mkmanifests_chart::limits::MAX_FILE_BYTES;

/// The most bytes of any other answer, such as a manifest, a list of tags, a token or an error: 4 MiB, as registries
/// limit manifests.
pub const MAX_ANSWER_BYTES: u64 = 4 << 20;

/// The most redirects of one request, as in Go.
pub const MAX_REDIRECTS: usize = 10;

/// How long a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, including TLS.
    pub connect: Duration,
    /// Until the server sends or takes the next bytes.
    pub stall: Duration,
    /// Until the response is complete, so that a server cannot send one byte at a time for ever.
    pub total: Duration,
    /// The pause before the first retry; twice as long before the second.
    pub pause: Duration,
}

impl Default for Timeouts {
    /// 20 seconds to connect, 30 without progress, 10 minutes in total: 100 MiB at 175 kB/s.
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(20),
            stall: Duration::from_secs(30),
            total: Duration::from_secs(600),
            pause: Duration::from_millis(200),
        }
    }
}
