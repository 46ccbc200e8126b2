// A js-libp2p peer for interoperability tests: JSON lines, commands on stdin, events on stdout.
//
//   node peer.mjs --generation v2|v3
//
// v2 asks for the multiplexer by multistream-select after Noise, v3 inside the Noise handshake.
// Ends at the end of stdin.
import { createHash, randomBytes } from 'node:crypto'
import readline from 'node:readline'

// Node 20 lacks what v3 needs.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}

const generation = process.argv[process.argv.indexOf('--generation') + 1]
if (!['v2', 'v3'].includes(generation)) {
  throw new Error('usage: node peer.mjs --generation v2|v3')
}
const load = (name) => import(`${name}-${generation}`)
const { createLibp2p } = await load('libp2p')
const { gossipsub } = await load('gossipsub')
const { identify, identifyPush } = await load('identify')
const { multiaddr } = await load('multiaddr')
const { noise } = await load('noise')
const { peerIdFromString } = await load('peer-id')
const { ping } = await load('ping')
const { tcp } = await load('tcp')
const { yamux } = await load('yamux')

const ECHO = '/echo/1.0.0'
const CHUNK = 65536
const emit = (event, fields = {}) =>
  process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')
const bytes = (chunk) => chunk.subarray()

// One way to write and to read a stream for both generations.
const v3Send = async (stream, source) => {
  for await (const chunk of source) {
    if (!stream.send(chunk)) {
      await stream.onDrain({ signal: AbortSignal.timeout(60_000) })
    }
  }
  await stream.close()
}
const send = (stream, source) =>
  generation === 'v2' ? stream.sink(source) : v3Send(stream, source)
const received = (stream) => (generation === 'v2' ? stream.source : stream)

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionGater: { denyDialMultiaddr: () => false },
  connectionManager: { inboundConnectionThreshold: 1000 },
  services: {
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    pubsub: gossipsub({
      allowPublishToZeroTopicPeers: true,
      globalSignaturePolicy: 'StrictSign',
      maxInboundDataLength: 4 << 20,
      scoreParams: { IPColocationFactorWeight: 0 }
    })
  }
})
const pubsub = node.services.pubsub

const echo = async (stream) => send(stream, received(stream))
await node.handle(ECHO, (incoming) =>
  echo(incoming.stream ?? incoming).catch((e) => emit('error', { message: String(e) })))

node.addEventListener('peer:identify', ({ detail }) =>
  emit('identify', {
    peer: detail.peerId.toString(),
    agent: detail.agentVersion,
    protocols: detail.protocols,
    observed: detail.observedAddr?.toString(),
    listen: detail.listenAddrs.map(String)
  }))
node.addEventListener('peer:update', ({ detail }) =>
  emit('protocols', { peer: detail.peer.id.toString(), protocols: detail.peer.protocols }))
node.addEventListener('peer:connect', ({ detail }) => emit('connected', { peer: detail.toString() }))
node.addEventListener('peer:disconnect', ({ detail }) =>
  emit('disconnected', { peer: detail.toString() }))
pubsub.addEventListener('message', ({ detail }) =>
  emit('message', {
    topic: detail.topic,
    from: detail.from?.toString(),
    bytes: detail.data.length,
    sha256: createHash('sha256').update(detail.data).digest('hex')
  }))
pubsub.addEventListener('subscription-change', ({ detail }) =>
  emit('subscriptions', {
    peer: detail.peerId.toString(),
    subscriptions: detail.subscriptions
  }))
pubsub.addEventListener('gossipsub:graft', ({ detail }) =>
  emit('graft', { peer: detail.peerId, topic: detail.topic, direction: detail.direction }))

const commands = {
  dial: async ({ addr }) => {
    const connection = await node.dial(multiaddr(addr))
    emit('dialed', { encryption: connection.encryption, multiplexer: connection.multiplexer })
  },
  ping: async ({ peer }) =>
    emit('pong', { millis: await node.services.ping.ping(peerIdFromString(peer)) }),
  // Sends random bytes and hashes what goes out and what comes back.
  echo: async ({ peer, length }) => {
    const stream = await node.dialProtocol(peerIdFromString(peer), ECHO)
    const sent = createHash('sha256')
    const back = createHash('sha256')
    let count = 0
    const source = async function * () {
      for (let rest = length; rest > 0; rest -= CHUNK) {
        const chunk = randomBytes(Math.min(rest, CHUNK))
        sent.update(chunk)
        yield chunk
      }
    }
    const reading = (async () => {
      for await (const chunk of received(stream)) {
        const part = bytes(chunk)
        back.update(part)
        count += part.length
        if (generation === 'v2' && count === length) break
      }
    })()
    await send(stream, source())
    await reading
    emit('echoed', { bytes: count, sent: sent.digest('hex'), received: back.digest('hex') })
  },
  sub: async ({ topic }) => {
    pubsub.subscribe(topic)
    emit('subscribed', { topic })
  },
  // Publishes text, or that many pseudo-random bytes.
  pub: async ({ topic, text, length }) => {
    const data = length ? randomBytes(length) : new TextEncoder().encode(text)
    const result = await pubsub.publish(topic, data)
    emit('published', {
      recipients: result.recipients.length,
      sha256: createHash('sha256').update(data).digest('hex')
    })
  },
  mesh: async ({ topic }) => emit('mesh', { topic, peers: pubsub.getMeshPeers(topic) }),
  hangup: async ({ peer }) => {
    await node.hangUp(peerIdFromString(peer))
    emit('hungup', { peer })
  }
}

emit('ready', { peer: node.peerId.toString(), addrs: node.getMultiaddrs().map(String) })
for await (const line of readline.createInterface({ input: process.stdin })) {
  try {
    const command = JSON.parse(line)
    await commands[command.cmd](command)
  } catch (e) {
    emit('error', { message: String(e.stack ?? e) })
  }
}
await node.stop()
process.exit(0)
