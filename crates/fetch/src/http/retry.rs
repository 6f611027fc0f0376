//! Which requests are sent again.

use std::time::Duration;

use super::{HttpError, Method, Response};

/// How often a request is repeated at most.
const RETRIES: u32 = 2;

/// The longest `Retry-After` that is obeyed. After a longer one, the response counts.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// Counts the repetitions of one request.
pub(super) struct Retry {
    left: u32,
    pause: Duration,
}

impl Retry {
    pub(super) fn new(method: Method, pause: Duration) -> Retry {
        let is_safe = matches!(method, Method::Get | Method::Head);
        Retry { left: if is_safe { RETRIES } else { 0 }, pause }
    }

    /// Returns how long to wait before the next attempt, or `None` if `result` is final.
    pub(super) fn pause_after(&mut self, result: &Result<Response, HttpError>) -> Option<Duration> {
        if self.left == 0 {
            return None;
        }
        let pause = match result {
            Ok(response) if matches!(response.status, 429 | 502..=504) => match response.header("retry-after") {
                Some(text) => text.trim().parse().ok().map(Duration::from_secs).filter(|pause| *pause <= MAX_PAUSE)?,
                None => self.pause,
            },
            Err(error) if error.reason.is_transient() => self.pause,
            _ => return None,
        };
        self.left -= 1;
        self.pause *= 2;
        Some(pause)
    }
}
