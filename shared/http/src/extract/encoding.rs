//! Bodies that were compressed on their way here.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use http::{HeaderMap, header};
use model::{Error, Result};

use crate::extract::BODY_MAX;

/// How the bytes of a body stand for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As they are.
    Identity,
    /// By gzip.
    Gzip,
    /// In a way we cannot read.
    Unknown,
}

impl Encoding {
    /// What `Content-Encoding` says.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut lines = headers.get_all(header::CONTENT_ENCODING).iter();
        let (first, further) = (lines.next(), lines.next());
        match (first.map(|line| line.to_str().unwrap_or("?").trim().to_ascii_lowercase()), further)
        {
            (None, _) => Self::Identity,
            (Some(name), None) if name.is_empty() || name == "identity" => Self::Identity,
            (Some(name), None) if name == "gzip" || name == "x-gzip" => Self::Gzip,
            _ => Self::Unknown,
        }
    }

    /// The body. Reading stops at [`BODY_MAX`], however much more there would be.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
        match self {
            Self::Identity => Ok(bytes.into()),
            // Clients set the header once for all they send.
            _ if bytes.is_empty() => Ok(bytes.into()),
            Self::Gzip => unzip(bytes).map(Cow::Owned),
            Self::Unknown => {
                Err(Error::invalid("body", "must be sent as it is, or with Content-Encoding: gzip"))
            }
        }
    }
}

fn unzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    let one_more = u64::try_from(BODY_MAX).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(bytes)
        .take(one_more)
        .read_to_end(&mut whole)
        .map_err(|error| Error::invalid("body", format!("is no sound gzip: {error}")))?;
    if whole.len() > BODY_MAX { Err(Error::TooLarge(BODY_MAX)) } else { Ok(whole) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::HeaderValue;

    use super::*;

    fn zip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn message(result: Result<Cow<'_, [u8]>>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn the_header_tells_the_encoding() {
        let of = |lines: &[&'static str]| {
            let lines = lines.iter().map(|line| HeaderValue::from_static(line));
            Encoding::of(&lines.map(|line| (header::CONTENT_ENCODING, line)).collect())
        };
        assert_eq!([of(&[]), of(&["identity"])], [Encoding::Identity; 2]);
        assert_eq!([of(&["gzip"]), of(&[" GZip"])], [Encoding::Gzip; 2]);
        assert_eq!([of(&["br"]), of(&["gzip, gzip"])], [Encoding::Unknown; 2]);
        assert_eq!(of(&["gzip", "gzip"]), Encoding::Unknown);
    }

    #[test]
    fn gzip_is_read_up_to_the_limit() {
        let read = |bytes: &[u8]| Encoding::Gzip.decode(bytes).map(Cow::into_owned);
        assert_eq!(read(&zip(b"{}")).unwrap(), b"{}");
        assert_eq!(read(&[zip(b"{"), zip(b"}")].concat()).unwrap(), b"{}");
        assert_eq!(read(b"").unwrap(), b"");
        assert_eq!(read(&zip(&vec![b' '; BODY_MAX])).unwrap().len(), BODY_MAX);
        let bomb = zip(&vec![0; 100 * BODY_MAX]);
        assert!(bomb.len() < BODY_MAX);
        assert!(matches!(read(&bomb), Err(Error::TooLarge(_))));
    }

    #[test]
    fn what_is_no_gzip_is_told() {
        let whole = zip(b"some text");
        for wrong in [&b"{}"[..], &whole[..whole.len() - 1], &[&whole[..], b"x"].concat()] {
            assert!(message(Encoding::Gzip.decode(wrong)).starts_with("body is no sound gzip"));
        }
        assert!(message(Encoding::Unknown.decode(b"{}")).starts_with("body must be sent as it is"));
    }
}
