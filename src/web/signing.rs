//! Signing and checking signatures, with the browser's own Ed25519: the private key never leaves it.

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey, CryptoKeyPair, SubtleCrypto};

use super::js::Thrown;
use super::store::{IndexedStore, schema};
use crate::exchange::envelope::PublicKey;

const ALGORITHM: &str = "Ed25519";

/// The key pair of this browser profile, if one was made.
pub async fn own_key(store: &IndexedStore) -> Result<Option<PublicKey>, Thrown> {
    match kept_pair(store).await? {
        Some(pair) => public_key(&pair).await.map(Some),
        None => Ok(None),
    }
}

/// Signs bytes, making a key pair first if there is none. It cannot be taken out of the browser.
pub async fn sign(store: &IndexedStore, bytes: &ArrayBuffer) -> Result<(PublicKey, Vec<u8>), Thrown> {
    let pair = match kept_pair(store).await? {
        Some(pair) => pair,
        None => make_pair(store).await?,
    };
    let signed = subtle()?.sign_with_str_and_buffer_source(ALGORITHM, &pair.get_private_key(), bytes)?;
    let signature = Uint8Array::new(&JsFuture::from(signed).await?).to_vec();
    Ok((public_key(&pair).await?, signature))
}

/// Whether a signature is of these bytes and by this key.
pub async fn verify(key: &PublicKey, signature: &[u8], bytes: &[u8]) -> Result<bool, Thrown> {
    let (raw, uses) = (Uint8Array::from(&key.0[..]), Array::of1(&"verify".into()));
    let imported = subtle()?.import_key_with_str("raw", &raw, ALGORITHM, true, &uses)?;
    let key: CryptoKey = JsFuture::from(imported).await?.unchecked_into();
    let (signature, bytes) = (Uint8Array::from(signature), Uint8Array::from(bytes));
    let verified =
        subtle()?.verify_with_str_and_buffer_source_and_buffer_source(ALGORITHM, &key, &signature, &bytes)?;
    Ok(JsFuture::from(verified).await?.is_truthy())
}

async fn kept_pair(store: &IndexedStore) -> Result<Option<CryptoKeyPair>, Thrown> {
    let kept = store.kept(schema::SIGNING_KEY).await;
    let kept = kept.map_err(|error| failed(&error))?;
    Ok(kept.map(JsCast::unchecked_into))
}

async fn make_pair(store: &IndexedStore) -> Result<CryptoKeyPair, Thrown> {
    let uses = Array::of2(&"sign".into(), &"verify".into());
    let made = subtle()?.generate_key_with_str(ALGORITHM, false, &uses)?;
    let pair = JsFuture::from(made).await?;
    let kept = store.keep(schema::SIGNING_KEY, &pair).await;
    kept.map_err(|error| failed(&error))?;
    Ok(pair.unchecked_into())
}

async fn public_key(pair: &CryptoKeyPair) -> Result<PublicKey, Thrown> {
    let raw = subtle()?.export_key("raw", &pair.get_public_key())?;
    let raw = Uint8Array::new(&JsFuture::from(raw).await?).to_vec();
    let bytes = raw.try_into().map_err(|_| Thrown {
        name: String::new(),
        message: "the public key is not 32 bytes".to_owned(),
    })?;
    Ok(PublicKey(bytes))
}

/// As what was thrown.
pub fn failed(error: &crate::app::store::StoreError) -> Thrown {
    Thrown {
        name: String::new(),
        message: crate::app::words::store_error(error).0,
    }
}

/// In the page and in workers alike.
fn subtle() -> Result<SubtleCrypto, Thrown> {
    let crypto: Crypto = Reflect::get(&js_sys::global(), &"crypto".into())?.unchecked_into();
    Ok(crypto.subtle())
}
