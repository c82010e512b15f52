// What opens connections and no content security policy stops is taken away: in the page and in each worker, before
// anything else runs there.
for (const name of [
  "RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection", "WebTransport",
  "TCPSocket", "TCPServerSocket", "UDPSocket",
  // These have the browser itself, or another device, load addresses or send what it hears.
  "PresentationRequest", "Notification", "SpeechRecognition", "webkitSpeechRecognition", "sharedStorage",
]) delete self[name];
for (const name of ["joinAdInterestGroup", "updateAdInterestGroups", "runAdAuction"]) {
  if (self.Navigator) delete Navigator.prototype[name];
}
// A window within this one would have all of it anew. The policy refuses what frames load, and an empty one loads nothing:
// so none is made.
if (self.Document) {
  for (const name of ["createElement", "createElementNS"]) {
    const create = Document.prototype[name];
    Document.prototype[name] = function (...names) {
      const element = Reflect.apply(create, this, names);
      if (/^(iframe|frame|fencedframe|object|embed)$/.test(element.localName)) {
        throw new DOMException("this page has no frames", "SecurityError");
      }
      return element;
    };
  }
  // Other ways to elements, and to windows.
  for (const name of ["open", "XSLTProcessor"]) delete self[name];
  delete Document.prototype.open;
  delete CustomElementRegistry.prototype.define;
}
