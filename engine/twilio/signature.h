#pragma once

#include "engine/base/ids.h"
#include "engine/twilio/form_codec.h"

#include <QByteArray>
#include <QList>
#include <QUrl>

/// X-Twilio-Signature: base64(HMAC-SHA1(account's primary Auth Token, URL + sorted form parameters)).
///
///     signed text   https://dial.example.com/statusCallSidCA00...a1CallStatusringing
///     header        X-Twilio-Signature: zGsn7XI6NFW5JLzDS6FxNI6RnEQ=
///
/// The URL is the one Twilio was given, not the one our socket saw: behind a tunnel it is rebuilt from the configured
/// public base and the raw request target. Twilio drops the port of an https webhook and keeps that of an http one; a
/// media stream is signed over its wss address without parameters.
namespace engine::twilio {

/// What the signed request is; decides the scheme of the signed URL.
enum class SignedRequest
{
    Webhook,    ///< http or https, as the public base
    MediaStream ///< the WebSocket upgrade: ws or wss
};

/// @param url   exactly as signed: scheme, host, path and query
/// @param form  decoded parameters of a form POST; empty for anything else
[[nodiscard]] QByteArray twilioSignature(const Secret &authToken, const QByteArray &url, const FormPairs &form);

/// The URLs Twilio may have signed, likeliest first; empty when base or target cannot form one.
///
/// Without port, with port (given or default), then both normalised. An http or ws base with a port of its own is only
/// tried with it.
/// @param publicBase     e.g. "https://dial.example.com"; a path in front of ours is added when the target lacks it
/// @param requestTarget  path and query as received, undecoded, e.g. "/twiml?job=42"
[[nodiscard]] QList<QByteArray> signedUrls(const QUrl &publicBase, const QByteArray &requestTarget, SignedRequest kind);

/// Whether one of signedUrls() gives this signature. Takes the same time wherever the signatures differ. An empty token
/// proves nothing: false.
[[nodiscard]] bool isSignatureValid(const Secret &authToken, const QByteArray &signature, const QUrl &publicBase,
                                    const QByteArray &requestTarget, SignedRequest kind, const FormPairs &form);

} // namespace engine::twilio
