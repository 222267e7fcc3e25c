//! Twilio's callbacks: message status and replies.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::receipts::RECEIPTS;
use crate::verdict::receipt_of;
use domain::{
    delivery::{About, CarrierName, NotAReport, Receipt, Reply, Report},
    id::MessageId,
    keys::Keys,
    phone::PhoneNumber,
    territory::Territory,
};

/// Verifies a form's signature with one of these tokens: HMAC-SHA1 over the URL called by Twilio, with
/// its query, then every field by name. Twilio may add fields at any time.
pub fn is_signed(keys: &Keys, url: &str, form: &[(String, String)], signature: &str) -> bool {
    let Ok(code) = BASE64_STANDARD.decode(signature) else { return false };
    let mut fields: Vec<_> = form.iter().collect();
    fields.sort_unstable();
    // Like Twilio's own libraries: a field repeated with the same value counts once.
    fields.dedup();
    keys.all().any(|token| {
        let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(url.as_bytes());
        for (name, value) in &fields {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        mac.verify_slice(&code).is_ok()
    })
}

/// Parses a form with a verified signature, and the query of its URL. `None` without information: an
/// irrelevant status, or a reply from a number that is not mobile.
pub fn report(query: &str, form: &[(String, String)]) -> Result<Option<Report>, NotAReport> {
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    if let (Some("received"), Some(sid), Some(from), Some(text)) =
        (field("SmsStatus"), field("MessageSid"), field("From"), field("Body"))
    {
        return Ok(reply(sid, from, text).map(Report::Reply));
    }
    let status = field("MessageStatus").or_else(|| field("SmsStatus")).ok_or(NotAReport::OffTheContract)?;
    let name = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "m");
    let (_, name) = name.ok_or(NotAReport::NotOurs)?;
    let message: MessageId = name.parse().map_err(|_| NotAReport::NotOurs)?;
    let receipt = receipt(status, field("ErrorCode"));
    Ok(receipt.map(|receipt| Report::Receipt(About::Message(message), receipt)))
}

fn reply(sid: &str, from: &str, text: &str) -> Option<Reply> {
    Some(Reply {
        carrier: CarrierName::Twilio,
        id: sid.to_owned(),
        from: PhoneNumber::parse(from, Territory::Metropole).ok()?,
        text: text.to_owned(),
        answers: None,
        at: None,
    })
}

/// Maps a status to a receipt. An error code only explains a failure, it never causes one.
fn receipt(status: &str, error_code: Option<&str>) -> Option<Receipt> {
    let by_status = receipt_of(CarrierName::Twilio, RECEIPTS, status)?.receipt?;
    match (by_status, error_code.filter(|code| !matches!(*code, "" | "0"))) {
        (Receipt::Failed(_), Some(code)) if status != "canceled" => {
            let why = receipt_of(CarrierName::Twilio, RECEIPTS, code).and_then(|verdict| verdict.receipt);
            Some(why.filter(|why| matches!(why, Receipt::Failed(_))).unwrap_or(by_status))
        }
        _ => Some(by_status),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::verdicts::receipt_verdicts;
    use aws::Secret;
    use domain::delivery::FailureReason;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    /// <https://www.twilio.com/docs/usage/security>, "Validating signatures from Twilio".
    const SIGNATURE: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    const NAME: &str = "sch_01J0000000000000000000000A-snd_01J0000000000000000000000B-0007-42";

    fn keys(value: &str) -> Keys {
        futures_util::FutureExt::now_or_never(Secret::known(value).keys()).unwrap().unwrap()
    }

    fn form(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn vector() -> Vec<(String, String)> {
        form(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
            ("Caller", "+14158675309"),
        ])
    }

    #[test]
    fn the_signature_is_that_of_twilios_own_example() {
        assert!(is_signed(&keys("12345"), URL, &vector(), SIGNATURE));
        assert!(is_signed(&keys("other\n12345"), URL, &vector(), SIGNATURE));
        assert!(!is_signed(&keys("12346"), URL, &vector(), SIGNATURE));
        assert!(!is_signed(&keys(""), URL, &vector(), SIGNATURE));
        assert!(!is_signed(&keys("12345"), URL, &vector(), ""));
    }

    #[test]
    fn the_order_of_the_fields_does_not_matter() {
        let mut backwards = vector();
        backwards.reverse();
        assert!(is_signed(&keys("12345"), URL, &backwards, SIGNATURE));
    }

    /// Flips one bit of a text, if the result is still valid UTF-8.
    fn flipped(text: &str, bit: usize) -> Option<String> {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        String::from_utf8(bytes).ok()
    }

    #[test]
    fn one_flipped_bit_of_the_address_or_of_the_signature_is_noticed() {
        for bit in 0..URL.len() * 8 {
            let Some(url) = flipped(URL, bit) else { continue };
            assert!(!is_signed(&keys("12345"), &url, &vector(), SIGNATURE), "{url}");
        }
        for bit in 0..SIGNATURE.len() * 8 {
            let Some(signature) = flipped(SIGNATURE, bit) else { continue };
            assert!(!is_signed(&keys("12345"), URL, &vector(), &signature), "{signature}");
        }
    }

    fn sign(token: &str, url: &str, form: &[(String, String)]) -> String {
        let mut fields = form.to_vec();
        fields.sort();
        fields.dedup();
        let signed = fields.iter().fold(url.to_owned(), |signed, (name, value)| signed + name + value);
        let mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap().chain_update(signed);
        BASE64_STANDARD.encode(mac.finalize().into_bytes())
    }

    proptest! {
        #[test]
        fn one_flipped_bit_of_any_field_is_noticed(
            form in proptest::collection::vec(("[A-Za-z]{1,8}", "[ -~é’]{0,12}"), 1..6),
            (field, of_the_name, bit) in (any::<proptest::sample::Index>(), any::<bool>(), any::<proptest::sample::Index>()),
        ) {
            let signature = sign("token", URL, &form);
            prop_assert!(is_signed(&keys("token"), URL, &form, &signature));
            let mut changed = form.clone();
            let (name, value) = &mut changed[field.index(form.len())];
            let part = if of_the_name || value.is_empty() { name } else { value };
            if let Some(flipped) = flipped(part, bit.index(part.len() * 8)) {
                *part = flipped;
                prop_assert!(!is_signed(&keys("token"), URL, &changed, &signature));
            }
        }
    }

    #[test]
    fn a_status_is_a_receipt_for_the_message_in_the_query() {
        let query = format!("m={NAME}");
        for line in receipt_verdicts(CarrierName::Twilio)
            .iter()
            .filter(|line| line.code.starts_with(char::is_alphabetic))
        {
            let told = report(&query, &form(&[("MessageSid", "SM0"), ("MessageStatus", line.code)]));
            let expected =
                line.receipt.map(|receipt| Report::Receipt(About::Message(NAME.parse().unwrap()), receipt));
            assert_eq!(told, Ok(expected), "{}", line.code);
        }
    }

    #[test]
    fn an_error_code_says_why_a_message_failed() {
        for line in receipt_verdicts(CarrierName::Twilio)
            .iter()
            .filter(|line| line.code.starts_with(char::is_numeric))
        {
            for status in ["failed", "undelivered"] {
                assert_eq!(receipt(status, Some(line.code)), line.receipt, "{}", line.code);
            }
            assert_eq!(receipt("delivered", Some(line.code)), Some(Receipt::Delivered));
        }
        for code in [None, Some(""), Some("0"), Some("39999"), Some("delivered")] {
            let undelivered = Some(Receipt::Failed(FailureReason::Undelivered));
            assert_eq!(receipt("undelivered", code), undelivered, "{code:?}");
        }
    }

    #[test]
    fn a_text_that_came_in_is_a_reply() {
        let fields =
            [("MessageSid", "SM1"), ("SmsStatus", "received"), ("From", "+33639981234"), ("Body", "STOP")];
        let Ok(Some(Report::Reply(reply))) = report("", &form(&fields)) else { panic!("no reply") };
        assert_eq!(
            (reply.id.as_str(), reply.text.as_str(), reply.from.e164().as_str()),
            ("SM1", "STOP", "+33639981234")
        );
        let from_a_short_code = [fields[0], fields[1], ("From", "36111"), fields[3]];
        assert_eq!(report("", &form(&from_a_short_code)), Ok(None));
    }

    #[test]
    fn what_names_no_message_of_ours_is_no_report() {
        let sent = form(&[("MessageSid", "SM0"), ("MessageStatus", "sent")]);
        for query in ["", "m=", "m=x", &format!("n={NAME}"), &format!("m={NAME}-1")] {
            assert_eq!(report(query, &sent), Err(NotAReport::NotOurs), "{query}");
        }
        assert_eq!(
            report(&format!("m={NAME}"), &form(&[("MessageSid", "SM0")])),
            Err(NotAReport::OffTheContract)
        );
        assert_eq!(report(&format!("m={NAME}"), &form(&[("MessageStatus", "levitating")])), Ok(None));
    }
}
