// Where things are shown: filled by the desk (app.js), asked by links, calls and guide.

export const place = {
  open: async (_user, _chat) => {}, // shows this chat on that person's phone
  visit: (_user) => {}, // puts the person on a phone with the bot's chat open, and out of the panel's shade
  bringUp: (_user, _besides) => {}, // puts the person on a phone, not on the one of `besides` if there are several
  reveal: async (_user, _chat, _message) => false, // scrolls to a message and lights it up
  phone: (_user) => null, // the element of the person's phone, if it is on the desk
  notice: (_user) => null, // where alerts of that person appear
  showCall: (_id) => {}, // lights up a call in the panel
};
