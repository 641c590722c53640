// Required by every Node.js process of a group: records its connections, one "host port" per line.
'use strict';
const fs = require('node:fs');
const net = require('node:net');

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
    const options = Array.isArray(args[0]) ? args[0][0] : args[0];
    if (options && typeof options === 'object' && options.port !== undefined) {
        fs.appendFileSync(process.env.PEERS, `${options.host ?? 'localhost'} ${options.port}\n`);
    }
    return connect.apply(this, args);
};
